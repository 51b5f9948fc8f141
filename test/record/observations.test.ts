import type { Observation } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { createCodeSet } from '../../src/terminology/code-set.ts';
import { codeSystems, ucum } from '../../src/terminology/systems.ts';
import { recordOf, resource } from '../support/record.ts';

const loinc = (code: string) => ({ coding: [{ system: codeSystems.LOINC, code }] });
const inUcum = (value: number, code: string) => ({ value, unit: code, system: ucum, code });
const observation = (elements: object) => resource('Observation', { id: 'o', status: 'final', ...elements });
const normalised = (elements: object) => recordOf([observation(elements)]).ofType('Observation')[0] as Observation;

describe('observations of the record', () => {
  it('have the value in the analyte’s unit, the reference range as it came, and the original beside', () => {
    const came = observation({
      code: loinc('2160-0'),
      valueQuantity: { value: 132.6, unit: 'µmol/L' },
      referenceRange: [{ high: { value: 104, unit: 'µmol/L' } }],
    });
    const record = recordOf([came]);
    const codes = createCodeSet([{ system: codeSystems.LOINC, code: '2160-0' }]);
    const [found] = record.withCode('Observation', 'code', codes) as [Observation];
    expect(found).toEqual({ ...came, valueQuantity: inUcum(1.5, 'mg/dL') });
    expect(record.original(found)).toBe(came);
    expect(record.ofType('Observation')).toEqual([found]);
  });

  it('have each component in the unit of the component’s own code', () => {
    const pressure = normalised({
      code: loinc('85354-9'),
      component: [
        { code: loinc('8480-6'), valueQuantity: { value: 180, unit: 'mmHg' } },
        { code: loinc('8462-4'), valueQuantity: { value: 110, unit: 'furlong' } },
        { code: loinc('9999-9'), valueQuantity: { value: 3, unit: 'furlong' } },
      ],
    });
    expect(pressure.component?.map(({ valueQuantity }) => valueQuantity)).toEqual([
      inUcum(180, 'mm[Hg]'),
      { unit: 'furlong' },
      { value: 3, unit: 'furlong' },
    ]);
  });

  it.each<[string, object]>([
    ['in the analyte’s unit already', { code: loinc('2823-3'), valueQuantity: inUcum(5.8, 'mmol/L') }],
    ['of no analyte', { code: loinc('9999-9'), valueQuantity: { value: 5.8, unit: 'mEq/L' } }],
    ['of words', { code: loinc('2823-3'), valueString: 'high' }],
    ['without a code', { valueQuantity: { value: 5.8, unit: 'mEq/L' } }],
    [
      'of parts that are all as they should be',
      {
        code: loinc('85354-9'),
        component: [{ code: loinc('8480-6'), valueQuantity: inUcum(180, 'mm[Hg]') }],
      },
    ],
  ])('are not copied where they are %s', (_, elements) => {
    const came = observation(elements);
    expect(recordOf([came]).ofType('Observation')[0]).toBe(came);
  });

  it('are read where requests hold null among the codings, or one coding where the list should be', () => {
    const [coding] = loinc('2823-3').coding;
    for (const broken of [[null, coding], coding])
      expect(
        normalised({ code: { coding: broken }, valueQuantity: { value: 5.8, unit: 'mEq/L' } }).valueQuantity,
      ).toEqual(inUcum(5.8, 'mmol/L'));
  });
});
