/**
 * A raw FHIR value with its type, `FHIR.Quantity`: what a value becomes where its static type no longer tells, as in a
 * choice that is passed on. Resources are never tagged, because they name their type themselves.
 */
export class FhirValue {
  readonly type: string;
  readonly value: unknown;

  constructor(type: string, value: unknown) {
    this.type = type;
    this.value = value;
  }
}

/** The raw value behind a tag; anything else as it is. */
export const untagged = (value: unknown): unknown => (value instanceof FhirValue ? value.value : value);
