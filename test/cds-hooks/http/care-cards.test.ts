import { describe, expect, it } from 'vitest';
import type { AppDeps } from '../../../src/app.ts';
import { type ProfileName, profiles } from '../../../src/cds-hooks/profile.ts';
import { appOf, onlyRules } from '../../support/app.ts';
import { patient, patientView, prefetchOf, resource, serviceAt, subjectOf } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const shipped = await shippedRuleSet();
const ruleSet = onlyRules(shipped, 'colorectal-cancer', 'influenza', 'positive-stool-test');
const view = (chart = [patient()], context: object = {}) =>
  patientView({ prefetch: prefetchOf(serviceAt(ruleSet, 'patient-view'), chart), context: context as never });
const codes = async (body: ReturnType<typeof view>, overrides: Partial<AppDeps> = {}) =>
  (await appOf(ruleSet, overrides).cards(body)).map(({ source }) => source.topic?.code);

const encounter = (code: string) =>
  resource('Encounter', 'e', {
    status: 'in-progress',
    ...subjectOf('p'),
    class: { code },
    period: { start: '2026-11-21' },
  });

describe('what is due', () => {
  it('is one card each', async () => {
    expect((await codes(view())).toSorted()).toEqual(['colorectal-cancer', 'influenza']);
  });

  it.each<[string, Partial<AppDeps>]>([
    ['the setting', { dueCards: 'one' }],
    ['the profile', { profile: profiles.oracle satisfies (typeof profiles)[ProfileName] }],
  ])('is one card for all where %s says so, with every order to choose from', async (_, overrides) => {
    const [card, ...others] = await appOf(ruleSet, overrides).cards(view());
    expect(others).toEqual([]);
    expect(card).toMatchObject({ indicator: 'warning', selectionBehavior: 'any', source: { topic: { code: 'due' } } });
    expect(card?.summary).toMatch(/^2 things due: .*Colorectal cancer screening/);
    expect(card?.detail).toContain('Colorectal cancer screening is overdue');
    expect(card?.suggestions?.map(({ label }) => label)).toEqual(
      expect.arrayContaining([
        'Colorectal cancer screening: Order a FIT',
        'Colorectal cancer screening: Order a colonoscopy',
      ]),
    );
    expect(card?.suggestions?.some(({ isRecommended }) => isRecommended)).toBe(false);
  });

  it('is a card of its own where only one thing is', async () => {
    const vaccinated = resource('Immunization', 'i', {
      status: 'completed',
      patient: { reference: 'Patient/p' },
      vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '150' }] },
      occurrenceDateTime: '2026-10-01',
    });
    expect(await codes(view([patient(), vaccinated]), { dueCards: 'one' })).toEqual(['colorectal-cancer']);
  });
});

describe('a rule that must know more', () => {
  const asking = onlyRules(shipped, 'lung-cancer');
  const smoker = resource('Observation', 'o', {
    status: 'final',
    ...subjectOf('p'),
    code: { coding: [{ system: 'http://loinc.org', code: '72166-2' }] },
    valueCodeableConcept: {
      coding: [{ system: 'http://snomed.info/sct', code: '449868002', display: 'Smokes tobacco daily' }],
    },
    effectiveDateTime: '2026-01-01',
  });
  const prefetch = prefetchOf(serviceAt(asking, 'patient-view'), [patient(), smoker]);

  it('asks on a card of its own, and is not among what could not be checked', async () => {
    const given = await appOf(asking).cards(patientView({ prefetch }));
    expect(given.map(({ source }) => source.topic?.code)).toEqual(['lung-cancer']);
    expect(given[0]).toMatchObject({
      indicator: 'info',
      summary: expect.stringMatching(/smoking history is not complete/),
    });
    expect(given[0]?.detail).toContain('How many pack-years has the patient smoked?');
  });

  it('is among what could not be checked where the data could not be had, since asking would not help', async () => {
    const { observations: _, ...without } = prefetch;
    const given = await appOf(asking).cards(patientView({ prefetch: without }));
    expect(given.map(({ source }) => source.topic?.code)).toEqual(['not-checked']);
  });
});

describe('rules about care', () => {
  it.each([
    ['AMB', 2],
    ['VR', 2],
    ['HH', 2],
    ['EMER', 0],
    ['IMP', 0],
    ['OBSENC', 0],
    ['something else', 2],
  ])('in an encounter of class %s give %i cards', async (code, count) => {
    expect(await codes(view([patient(), encounter(code)]))).toHaveLength(count);
  });

  it('speak where the encounter is another than the one on record, or none is named', async () => {
    expect(await codes(view([patient(), encounter('IMP')], { encounterId: 'another' }))).toHaveLength(2);
    expect(await codes(view([patient(), encounter('IMP')], { encounterId: undefined }))).toHaveLength(2);
  });

  it.each([
    ['has died', { deceasedDateTime: '2026-01-01' }],
    ['is no longer in use', { active: false }],
    ['was merged into another', { link: [{ type: 'replaced-by', other: { reference: 'Patient/q' } }] }],
  ])('say nothing where the patient, or the record, %s', async (_, elements) => {
    expect(await codes(view([patient('p', elements)]))).toEqual([]);
  });

  it('speak of a record that another was merged into', async () => {
    const link = [{ type: 'replaces', other: { reference: 'Patient/q' } }];
    expect(await codes(view([patient('p', { link, active: true })]))).toHaveLength(2);
  });
});
