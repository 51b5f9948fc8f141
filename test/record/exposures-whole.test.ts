import fc from 'fast-check';
import type { FhirResource } from 'fhir/r4.js';
import { expect, it } from 'vitest';
import { concept, drugs, recordOf, resource } from '../support/record.ts';

const drug = fc.constantFrom(...(Object.keys(drugs) as (keyof typeof drugs)[]));
const link = fc.option(fc.nat(5), { nil: undefined });

/** Records of drugs that may name each other, by their place in the list. */
const chart = fc.array(
  fc.record({
    kind: fc.constantFrom('order', 'dispense', 'statement', 'administration'),
    drug,
    status: fc.constantFrom('active', 'completed', 'stopped', 'on-hold'),
    link,
    days: fc.integer({ min: -400, max: 30 }),
    inpatient: fc.boolean(),
  }),
  { maxLength: 8 },
);

type Made = typeof chart extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

const dayOf = (days: number): string => new Date(Date.UTC(2026, 10, 21) + days * 86_400_000).toISOString().slice(0, 10);

const toResource = (
  { kind, drug: name, status, link: to, days, inpatient }: Made,
  i: number,
  all: readonly { readonly kind: string }[],
): FhirResource => {
  const other = to === undefined ? undefined : all[to];
  const types = {
    order: 'MedicationRequest',
    dispense: 'MedicationDispense',
    statement: 'MedicationStatement',
    administration: 'MedicationAdministration',
  } as const;
  const reference = other && { reference: `${types[other.kind as keyof typeof types]}/r${to}` };
  const common = { id: `r${i}`, medicationCodeableConcept: concept(name) };
  switch (kind) {
    case 'order':
      return resource('MedicationRequest', {
        ...common,
        status,
        intent: 'order',
        authoredOn: dayOf(days),
        category: inpatient ? [{ coding: [{ code: 'inpatient' }] }] : [],
        ...(reference && { priorPrescription: reference }),
      });
    case 'dispense':
      return resource('MedicationDispense', {
        ...common,
        status: 'completed',
        whenHandedOver: dayOf(days),
        daysSupply: { value: 30 },
        ...(reference && { authorizingPrescription: [reference] }),
      });
    case 'administration':
      return resource('MedicationAdministration', {
        ...common,
        status: 'completed',
        effectiveDateTime: dayOf(days),
        ...(reference && { request: reference }),
      });
    default:
      return resource('MedicationStatement', {
        ...common,
        status,
        effectivePeriod: { start: dayOf(days) },
        ...(reference && { basedOn: [reference], derivedFrom: [reference] }),
      });
  }
};

it('every record of a drug is in exactly one exposure of each of its ingredients', () => {
  fc.assert(
    fc.property(chart, (made) => {
      const resources = made.map(toResource);
      const alone = resources.flatMap((each) =>
        recordOf([each]).exposures.map((exposure) => [each.id, exposure.ingredient.code]),
      );
      const together = recordOf(resources).exposures.flatMap(({ resource: speaker, copies, ingredient }) =>
        [speaker, ...copies].map(({ id }) => [id, ingredient.code]),
      );
      const key = (pairs: readonly (readonly (string | undefined)[])[]) => pairs.map((pair) => pair.join(' ')).sort();
      expect(key(together)).toEqual(key(alone));
    }),
    { numRuns: 500 },
  );
});

it('what is taken now is taken now also among other records, unless the order that speaks for it was stopped or is on hold', () => {
  fc.assert(
    fc.property(chart, (made) => {
      const resources = made.map(toResource);
      const isCurrent = ({ from }: { readonly from: string }) => from === 'active' || from === 'reported';
      const now = new Set(
        recordOf(resources)
          .exposures.filter(isCurrent)
          .map(({ ingredient }) => ingredient.code),
      );
      for (const each of resources) {
        if (each.resourceType === 'MedicationDispense') continue;
        for (const exposure of recordOf([each]).exposures.filter(isCurrent))
          expect(now).toContain(exposure.ingredient.code);
      }
    }),
    { numRuns: 500 },
  );
});

it('two orders that do not name each other are two exposures', () => {
  fc.assert(
    fc.property(chart, (made) => {
      const orders = made.filter(({ kind }) => kind === 'order').map((each) => ({ ...each, link: undefined }));
      const resources = orders.map((each, i) => toResource(each, i, orders));
      const speakers = recordOf(resources).exposures.map(
        ({ resource: { id }, ingredient }) => `${id} ${ingredient.code}`,
      );
      expect(new Set(speakers).size).toBe(speakers.length);
      expect(new Set(recordOf(resources).exposures.map(({ resource: { id } }) => id)).size).toBe(orders.length);
    }),
    { numRuns: 200 },
  );
});
