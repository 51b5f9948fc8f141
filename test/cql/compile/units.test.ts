import type { FhirResource, Quantity } from 'fhir/r4.js';
import { withAnalyteUnits } from '../../../src/record/observations.ts';
import { codeSystems, ucum } from '../../../src/terminology/systems.ts';
import { analytes, resource } from '../../support/record.ts';
import { type DefinitionCase, describeDefinitions } from './definitions.ts';

const result = (id: string, code: string, valueQuantity: Quantity): FhirResource => {
  const observation = resource('Observation', {
    id,
    status: 'final',
    code: { coding: [{ system: codeSystems.LOINC, code }] },
    valueQuantity,
  });
  return observation.resourceType === 'Observation' ? withAnalyteUnits(observation, analytes) : observation;
};

describeDefinitions('a quantity of an analyte', {
  chart: [
    result('equivalents', '2823-3', { value: 5.8, unit: 'mEq/L' }),
    result('molar', '4548-4', { value: 75, unit: 'mmol/mol', system: ucum, code: 'mmol/mol' }),
    result('ifcc', '59261-8', { value: 75, unit: 'mmol/mol' }),
    result('furlong', '2823-3', { value: 5.8, unit: 'furlong' }),
    result('bare', '2823-3', { value: 5.8 }),
  ],
  body: `context Patient
define function "Value"(id System.String): (First([Observation] O where O.id = id)).value as FHIR.Quantity`,
  cases: [
    [`"Value"('equivalents') >= 5.5 'mmol/L'`, true],
    [`"Value"('equivalents') >= 6.0 'mmol/L'`, false],
    [`"Value"('equivalents') in Interval[5.5 'mmol/L', 6.0 'mmol/L']`, true],
    [`"Value"('molar') >= 9 '%'`, true],
    [`"Value"('molar') > 9.01 '%'`, false],
    [`"Value"('ifcc') >= 9 '%'`, true],
    [`"Value"('ifcc') >= 9.1 '%'`, false],
    [`"Value"('molar') >= 9.01 '%'`, true],
    ...['furlong', 'bare'].flatMap((id): DefinitionCase[] => [
      [`"Value"('${id}') is null`, false],
      [`"Value"('${id}').value is null`, true],
      [`"Value"('${id}') >= 5.5 'mmol/L'`, null],
      [`"Value"('${id}') < 5.5 'mmol/L'`, null],
      [`"Value"('${id}') = 5.8 'mmol/L'`, null],
      [`"Value"('${id}').value >= 5.5`, null],
    ]),
    [`"Value"('furlong').unit.value`, 'furlong'],
  ],
});

describeDefinitions('units that do not compare', {
  cases: [
    [`5.8 'meq/L' >= 5.5 'mmol/L'`, null],
    [`86 'mmol/mol' >= 9 '%'`, null, 'stock'],
    [`86 'mmol/mol' < 9 '%'`, null, 'stock'],
    [`9 '%' > 86 'mmol/mol'`, null, 'stock'],
    [`90 'mmol/mol' = 9 '%'`, null, 'stock'],
    [`90 'mmol/mol' != 9 '%'`, null, 'stock'],
    [`90 'mmol/mol' ~ 9 '%'`, false, 'stock'],
    [`86 'mmol/mol' in Interval[9 '%', 12 '%']`, null, 'stock'],
    [`86 'mmol/mol' between 9 '%' and 12 '%'`, null, 'stock'],
    [`0.086 'mol/mol' >= 75 'mmol/mol'`, true],
    [`100 'mg/g' >= 9 '%'`, true],
  ],
});
