import { stringify } from 'yaml';
import { addDuration } from '../rules/duration.ts';

/** The files of a rule to begin with. */
export interface RuleTemplate {
  manifest(id: string, today: string): string;
  cql(library: string): string;
  readonly cases: string;
}

const titleOf = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1).replaceAll('-', ' ');

const source = {
  citation: 'The guideline: authors, title, journal or publisher, year.',
  developer: 'who wrote the rule',
  funding: 'none',
  released: 'missing',
  revised: 'missing',
  uses: {
    race: false,
    ethnicity: false,
    language: false,
    sexualOrientation: false,
    genderIdentity: false,
    sex: false,
    dateOfBirth: true,
    socialDeterminants: false,
    healthStatusAssessments: false,
  },
};

const schemaLine = (name: string): string => `# yaml-language-server: $schema=../../schema/${name}.schema.json\n`;

const reminderManifest = (id: string, today: string): string => {
  const title = titleOf(id);
  return (
    schemaLine('rule') +
    stringify({
      id,
      kind: 'reminder',
      title,
      version: '0.1.0',
      status: 'draft',
      owner: 'who answers for the rule',
      review: addDuration(today, { value: 6, unit: 'mo' }),
      hooks: ['patient-view'],
      clocks: ['hook', 'night'],
      source,
      ages: 'any',
      rationale:
        'Whom it is for, what counts, what excludes and why; where sources disagree, which reading was taken.\n',
      lookBack: { Observation: 'ever' },
      tracks: { [id]: { test: { soon: '1 mo', due: '0 d', overdue: '3 mo' } } },
      cards: {
        'due-soon': { indicator: 'info', summary: `${title} is due on {{due}}`, detail: 'Age {{age}}.\n' },
        due: { indicator: 'info', summary: `${title} is due`, detail: 'Age {{age}}.\nLast done {{lastDone}}.\n' },
        overdue: {
          indicator: 'warning',
          summary: `${title} is overdue`,
          detail: 'Age {{age}}.\nLast done {{lastDone}}.\n',
        },
      },
      overrideReasons: ['action-completed', 'patient-refuses'],
    })
  );
};

const reminderCql = (library: string): string => `library ${library}

using FHIR version '4.0.1'
include FHIRHelpers version '4.0.1'
include Dates called Dates
include Status called Status

// A file of vocabulary/value-sets/ with this id: codes with their names, by system.
valueset "Test": 'http://carehook.org/fhir/ValueSet/inr'

parameter "Interval" System.Quantity default 1 year

context Patient

define "In Population":
  AgeInYears() >= 18

define "Tests Done":
  (Status.Final([Observation: "Test"])) O
    where Dates.EffectiveOn(O) on or before Today()
    return Tuple { done: Dates.EffectiveOn(O), doneBy: O }
    sort by done

define "Last Done":
  Last("Tests Done")

define "Due Date":
  Coalesce("Last Done".done + "Interval" + 1 day, Today())

define "Facts":
  Tuple { age: AgeInYears() }
`;

const reminderCases = `${schemaLine('cases')}now: '2026-06-15T10:00:00-04:00'
timeZone: America/New_York
shared:
  test: &test
    resourceType: Observation
    status: final
    code: { coding: [{ system: 'http://loinc.org', code: 6301-6 }] }
  adult: &adult { birthDate: '1970-01-01' }
cases:
  - name: 'due: never tested on the eighteenth birthday'
    patient: { birthDate: '2008-06-15' }
    expect: { status: due, due: '2026-06-15' }
  - name: 'not-applicable: seventeen for one more day'
    patient: { birthDate: '2008-06-16' }
    expect: { status: not-applicable }
  - name: 'met: tested yesterday'
    patient: *adult
    record: [{ <<: *test, effectiveDateTime: '2026-06-14' }]
    expect: { status: met, due: '2027-06-15' }
  - name: 'due-soon: tested a year ago to the day'
    patient: *adult
    record: [{ <<: *test, effectiveDateTime: '2025-06-15' }]
    expect: { status: due-soon, due: '2026-06-16' }
  - name: 'due: tested a year and a day ago'
    patient: *adult
    record: [{ <<: *test, effectiveDateTime: '2025-06-14' }]
    expect: { status: due, due: '2026-06-15' }
  - name: 'overdue: tested fifteen months and a day ago'
    patient: *adult
    record: [{ <<: *test, effectiveDateTime: '2025-03-14' }]
    expect: { status: overdue, due: '2026-03-15' }
  - name: 'due: the only test was entered in error'
    patient: *adult
    record: [{ <<: *test, status: entered-in-error, effectiveDateTime: '2026-06-01' }]
    expect: { status: due }
  - name: 'unknown: observations could not be had'
    patient: *adult
    missing: [Observation]
    expect: { status: unknown, reason: Observation }
`;

const interactionManifest = (id: string, today: string): string => {
  const title = titleOf(id);
  return (
    schemaLine('rule') +
    stringify({
      id,
      kind: 'order',
      title,
      version: '0.1.0',
      status: 'draft',
      owner: 'who answers for the rule',
      review: addDuration(today, { value: 6, unit: 'mo' }),
      hooks: ['order-select', 'order-sign'],
      clocks: ['hook'],
      source,
      ages: 'any',
      rationale: 'What the two drugs do together, which circumstances change it, and what is not judged.\n',
      gate: [
        { draft: ['nsaid'], with: ['vitamin-k-antagonist'], in: ['draft', 'active', 'reported'] },
        { draft: ['vitamin-k-antagonist'], with: ['nsaid'], in: ['draft', 'active', 'reported'] },
      ],
      problems: {
        bleeding: {
          base: 'warning',
          modifiers: { aged: { effect: 'raise', label: 'aged 65 or over' } },
          card: {
            summary: '{{another}} with {{one}}: what may happen',
            detail: 'What to do instead of {{another}}.\nAge {{age}}.\n',
            consequence: 'What may happen',
            serious: true,
            mechanism: 'How the two drugs do it',
            evidence: 'how well it is known',
          },
        },
      },
      suggestions: [
        {
          label: 'Cancel the second drug',
          if: 'anotherDraft',
          actions: [{ type: 'delete', description: 'Cancel the second drug', resource: 'focus' }],
        },
      ],
      overrideReasons: ['risk-benefit-ratio', 'mitigate-risk-negative-outcome'],
    })
  );
};

const interactionCql = (library: string): string => `library ${library}

using FHIR version '4.0.1'
include FHIRHelpers version '4.0.1'
include Exposures called Exposures

// Files of vocabulary/drug-classes/ with these ids; both stand in the gate of rule.yaml.
valueset "First Drugs": 'http://carehook.org/fhir/ValueSet/vitamin-k-antagonist'
valueset "Second Drugs": 'http://carehook.org/fhir/ValueSet/nsaid'

context Patient

define "First":
  Exposures."Systemic" E where E.ingredient in "First Drugs"

define "Second":
  Exposures."Systemic" E where E.ingredient in "Second Drugs"

// Where both are drafts, the second is the one to give up.
define "Alerts":
  (Exposures.Pairs("First", "Second")) P
    return Tuple {
      problem: 'bleeding',
      focus: P.focus,
      "with": P.partner,
      modifiers: {
        Tuple { id: 'aged', holds: AgeInYears() >= 65, evidence: List<FHIR.DomainResource>{} }
      },
      facts: Tuple {
        one: P.one.ingredient.display,
        another: P.another.ingredient.display,
        anotherDraft: if P.another."from" = 'draft' then P.another.ingredient.display else null,
        age: AgeInYears()
      }
    }
`;

const interactionCases = `${schemaLine('cases')}now: '2026-06-15T10:00:00-04:00'
timeZone: America/New_York
shared:
  rxnorm: &rxnorm http://www.nlm.nih.gov/research/umls/rxnorm
  active: &active { resourceType: MedicationRequest, status: active, intent: order }
  draft: &draft { resourceType: MedicationRequest, status: draft, intent: order }
  first: &first { coding: [{ system: *rxnorm, code: '855332', display: warfarin sodium 5 MG Oral Tablet }] }
  second: &second { coding: [{ system: *rxnorm, code: '197806', display: ibuprofen 600 MG Oral Tablet }] }
  gel: &gel { coding: [{ system: *rxnorm, code: '855633', display: diclofenac sodium 0.01 MG/MG Topical Gel }] }
  adult: &adult { birthDate: '1970-01-01' }
cases:
  - name: 'warning: the second drug ordered for a patient on the first'
    patient: *adult
    record: [{ <<: *active, medicationCodeableConcept: *first }]
    drafts: [{ <<: *draft, medicationCodeableConcept: *second }]
    expect: { status: alert, problem: bleeding, indicator: warning, applied: [], facts: { anotherDraft: ibuprofen } }
  - name: 'warning: the first drug ordered for a patient on the second'
    patient: *adult
    record: [{ <<: *active, medicationCodeableConcept: *second }]
    drafts: [{ <<: *draft, medicationCodeableConcept: *first }]
    expect: { status: alert, indicator: warning, facts: { anotherDraft: null } }
  - name: 'warning: both ordered at once, told once'
    patient: *adult
    drafts: [{ <<: *draft, medicationCodeableConcept: *first }, { <<: *draft, medicationCodeableConcept: *second }]
    expect: { status: alert, indicator: warning }
  - name: 'critical: aged sixty-five today'
    patient: { birthDate: '1961-06-15' }
    record: [{ <<: *active, medicationCodeableConcept: *first }]
    drafts: [{ <<: *draft, medicationCodeableConcept: *second }]
    expect: { status: alert, indicator: critical, applied: [aged] }
  - name: 'warning: sixty-four for one more day'
    patient: { birthDate: '1961-06-16' }
    record: [{ <<: *active, medicationCodeableConcept: *first }]
    drafts: [{ <<: *draft, medicationCodeableConcept: *second }]
    expect: { status: alert, indicator: warning, applied: [] }
  - name: 'silent: a gel on the skin reaches the blood in traces'
    patient: *adult
    record: [{ <<: *active, medicationCodeableConcept: *first }]
    drafts: [{ <<: *draft, medicationCodeableConcept: *gel }]
    expect: { status: not-applicable }
  - name: 'silent: the first drug was stopped'
    patient: *adult
    record: [{ <<: *active, status: stopped, medicationCodeableConcept: *first }]
    drafts: [{ <<: *draft, medicationCodeableConcept: *second }]
    expect: { status: not-applicable }
  - name: 'silent: the second drug alone'
    patient: *adult
    drafts: [{ <<: *draft, medicationCodeableConcept: *second }]
    expect: { status: not-applicable }
`;

/** A test for adults that is due yearly. */
export const reminderTemplate: RuleTemplate = { manifest: reminderManifest, cql: reminderCql, cases: reminderCases };

/** Two drug classes that are not to be taken together, with one circumstance that makes it graver. */
export const interactionTemplate: RuleTemplate = {
  manifest: interactionManifest,
  cql: interactionCql,
  cases: interactionCases,
};
