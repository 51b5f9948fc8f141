import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { CodeableConcept, FhirResource } from 'fhir/r4.js';
import { expect, it } from 'vitest';
import { linesOf } from '../../src/terminology/medication-files.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { recordOf, resource, vocabulary } from '../support/record.ts';
import { rulesDir } from '../support/rule-set.ts';

const products = [...linesOf(readFileSync(join(rulesDir, 'vocabulary/medications.tsv'), 'utf8'))].map(
  ([, [code = '', , name = '']]) => ({ code, name }),
);

/** A product whose name is no other product's. */
const product = fc
  .constantFrom(...products)
  .filter(({ code, name }) => vocabulary.medications.byName(name)?.code === code);

const exposuresOf = (bearer: object, others: readonly FhirResource[] = []) =>
  recordOf([resource('MedicationRequest', { id: 'o', status: 'active', intent: 'order', ...bearer }), ...others])
    .exposures.map(({ product: { code }, ingredient, route, strength, form }) => ({
      code,
      ingredient: ingredient.code,
      route,
      strength,
      form,
    }))
    .toSorted((a, b) => Number(a.ingredient) - Number(b.ingredient));

it('is the same by code, by name, by both, in any case, contained and referred to', () => {
  fc.assert(
    fc.property(product, ({ code, name }) => {
      const coding = [{ system: codeSystems.RXNORM, code }];
      const medication = (concept: CodeableConcept) =>
        ({ resourceType: 'Medication', id: 'm', code: concept }) as FhirResource;
      const byCode = exposuresOf({ medicationCodeableConcept: { coding } });
      expect(byCode.length).toBeGreaterThan(0);
      for (const concept of [
        { coding, text: name },
        { coding: [{ ...coding[0], display: name }] },
        { text: name },
        { text: name.toUpperCase() },
        { coding: [{ system: 'urn:local', code: 'L1', display: name }] },
      ]) {
        expect(exposuresOf({ medicationCodeableConcept: concept })).toEqual(byCode);
        expect(exposuresOf({ medicationReference: { reference: '#m' }, contained: [medication(concept)] })).toEqual(
          byCode,
        );
        expect(exposuresOf({ medicationReference: { reference: 'Medication/m' } }, [medication(concept)])).toEqual(
          byCode,
        );
      }
    }),
    { numRuns: 300 },
  );
});

it('is the same ingredients by a product and by its brand', () => {
  const branded = products.filter(({ name }) => name.endsWith(']'));
  fc.assert(
    fc.property(fc.constantFrom(...branded), ({ code, name }) => {
      const bare = name.replace(/ \[[^\]]*\]$/, '');
      const ingredients = (text: string) =>
        exposuresOf({ medicationCodeableConcept: { text } }).map(({ ingredient }) => ingredient);
      const own = exposuresOf({ medicationCodeableConcept: { coding: [{ system: codeSystems.RXNORM, code }] } }).map(
        ({ ingredient }) => ingredient,
      );
      expect(ingredients(name)).toEqual(own);
      // The clinical product may stand in no table; then it is read from its words, or not at all.
      const read = ingredients(bare);
      if (read.length > 0) expect(read).toEqual(own);
    }),
    { numRuns: 300 },
  );
});
