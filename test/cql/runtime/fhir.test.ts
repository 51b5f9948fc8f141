import { describe, expect, it } from 'vitest';
import type { EvaluationState } from '../../../src/cql/runtime/evaluation.ts';
import { elementOf } from '../../../src/cql/runtime/fhir.ts';
import { FhirValue } from '../../../src/cql/runtime/fhir-value.ts';
import { model } from '../../support/cql.ts';

describe('an element of a value that tells its own type', () => {
  it('is the quantity of a dose, whose type the model info calls SimpleQuantity', () => {
    const parent = new FhirValue('FHIR.Dosage.DoseAndRate', { doseQuantity: { value: 5 } });
    expect(elementOf(model, parent, 'dose', {} as EvaluationState)).toEqual(
      new FhirValue('FHIR.SimpleQuantity', { value: 5 }),
    );
  });
});
