/** FHIR types whose search by `patient` and `code` US Core 3.1.1 makes mandatory. */
const byCode: ReadonlySet<string> = new Set(['Observation', 'DiagnosticReport']);

/**
 * Intents that stand for an order, and `plan`, which by US Core is what the patient is reported to take; US Core 3.1.1 makes
 * `patient` + `intent` the mandatory search of MedicationRequest.
 */
const intents = 'order,original-order,reflex-order,filler-order,instance-order,plan';

/** A longer list of codes makes a URL that servers refuse. */
const mostCodes = 50;

/** Asks for a page large enough that most searches need one. */
const pageSize = 500;

/** The search parameter for the date of a type's resources. */
const dateParameters: Readonly<Record<string, string>> = { ServiceRequest: 'authored' };

export interface SearchNeeds {
  /** `system|code`, when only these are needed. */
  readonly codes?: ReadonlySet<string>;
  /** YYYY-MM-DD, when what is older is not needed. */
  readonly since?: string;
}

/**
 * The searches that bring a patient's resources of a type, narrowest first: by date and code where that helps, then what
 * US Core 3.1.1 makes mandatory, then by patient alone for servers that refuse the rest.
 *
 * @param patient the id, or a prefetch token
 */
export const searchForms = (type: string, patient: string, { codes, since }: SearchNeeds): readonly string[] => {
  if (type === 'Patient') return [`Patient/${patient}`];
  const form = (...parameters: readonly string[]) =>
    `${type}?${[`patient=${patient}`, ...parameters, `_count=${pageSize}`].join('&')}`;
  const narrowed =
    type === 'MedicationRequest'
      ? [`intent=${intents}`]
      : byCode.has(type) && codes && codes.size > 0 && codes.size <= mostCodes
        ? [`code=${[...codes].join(',')}`]
        : [];
  const dated = since === undefined ? [] : [`${dateParameters[type] ?? 'date'}=ge${since}`];
  const forms = [form(...narrowed, ...dated), form(...narrowed), form()];
  return [...new Set(forms)];
};
