/** FHIR types whose search by `patient` and `code` US Core 3.1.1 makes mandatory. */
const byCode: ReadonlySet<string> = new Set(['Observation', 'DiagnosticReport']);

/** Intents that stand for an order; US Core 3.1.1 makes `patient` + `intent` the mandatory search of MedicationRequest. */
const orderIntents = 'order,original-order,reflex-order,filler-order,instance-order';

/** A longer list of codes makes a URL that servers refuse. */
const mostCodes = 50;

/** Asks for a page large enough that most searches need one. */
const pageSize = 500;

/**
 * The searches that bring a patient's resources of a type, best first: what US Core 3.1.1 makes mandatory, narrowed by
 * code where that is, then by patient alone for servers that refuse it.
 *
 * @param patient the id, or a prefetch token
 * @param codes `system|code`, when only these are needed
 */
export const searchForms = (
  type: string,
  patient: string,
  codes: ReadonlySet<string> | undefined,
): readonly string[] => {
  if (type === 'Patient') return [`Patient/${patient}`];
  const all = `${type}?patient=${patient}&_count=${pageSize}`;
  if (type === 'MedicationRequest')
    return [`${type}?patient=${patient}&intent=${orderIntents}&_count=${pageSize}`, all];
  if (byCode.has(type) && codes && codes.size > 0 && codes.size <= mostCodes)
    return [`${type}?patient=${patient}&code=${[...codes].join(',')}&_count=${pageSize}`, all];
  return [all];
};
