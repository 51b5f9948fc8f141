import { codeSystems } from '../../../src/terminology/systems.ts';
import type { Values } from './values.ts';

/** How a reference to a resource of the record is written. */
export type ReferenceTo = (resourceType: string, id: string) => string;

/** A dosage with a route, a need or an end, now and then. */
export const dosage = (values: Values) => ({
  ...(values.random.once(2) && { route: route(values) }),
  ...(values.random.once(4) && { asNeededBoolean: values.random.once(2) }),
  ...(values.random.once(3) && { timing: { repeat: { boundsPeriod: values.period() } } }),
});

/** The medication inline, contained, elsewhere in the record, by name alone, or nowhere. */
export const medication = (values: Values, refer: ReferenceTo): object => {
  const { random } = values;
  const drug = values.drug();
  const code = {
    coding: [{ system: codeSystems.RXNORM, code: drug.code, ...(random.once(2) && { display: drug.name }) }],
    ...(random.once(2) && { text: drug.name }),
  };
  return values.mostly([
    () => ({ medicationCodeableConcept: code }),
    () => ({ medicationCodeableConcept: code }),
    () => ({ medicationCodeableConcept: code }),
    () => ({ medicationCodeableConcept: { text: drug.name } }),
    () => ({
      contained: [{ resourceType: 'Medication', id: 'm', code }],
      medicationReference: { reference: '#m' },
    }),
    () => ({ medicationReference: { reference: refer('Medication', `m${random.below(3)}`) } }),
    () => ({ medicationReference: { reference: 'Medication/nowhere', display: drug.name } }),
    () => ({ medicationCodeableConcept: values.concept() }),
    () => ({}),
  ])();
};

const route = (values: Values): object => {
  const display = values.mostly(['by mouth', 'Ophthalmic', 'topical', 'in the ear']);
  return values.mostly([
    () => ({ text: display }),
    () => ({ coding: [{ code: '26643006', display }] }),
    () => ({ coding: [null, { display }], text: null }),
    () => ({ coding: { display } }),
  ])();
};
