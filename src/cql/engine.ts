import type { FhirResource } from 'fhir/r4.js';
import type { PatientRecord } from '../record/record.ts';

/** A value that a definition gave, without any engine's classes: resources as FHIR JSON, dates and times as ISO 8601. */
export type CqlValue =
  | null
  | boolean
  | number
  | string
  | FhirResource
  | readonly CqlValue[]
  | { readonly [key: string]: CqlValue };

/** What an engine needs to know of a patient. */
export type CqlRecord = Pick<
  PatientRecord,
  'patientId' | 'patient' | 'drafts' | 'exposures' | 'ofType' | 'withCode' | 'withCodes'
>;

export interface EvaluationContext {
  readonly record: CqlRecord;
  readonly now: Date;
  /** IANA name of the zone in which "today" is reckoned. */
  readonly timeZone: string;
  /**
   * How a time stored in UTC is read: in the evaluation's zone, because servers store so whatever the place (the
   * default), or in UTC as it stands, which is what CQL says.
   */
  readonly utcAs?: 'zone' | 'utc';
}

/** One record at one moment; what it has computed is never used again for another. */
export interface Evaluation {
  /**
   * The value of a definition, computed once an evaluation; a thrown error is kept and thrown again.
   *
   * @throws CqlError (as a rejection) naming the library and the place in its text
   */
  value(library: string, definition: string): Promise<CqlValue>;
  /** Sets how many more steps loops may take before what they are part of fails; only generated code counts them. */
  allow?(steps: number): void;
}

export interface CqlEngine {
  evaluate(context: EvaluationContext): Evaluation;
}

/** A definition that could not be computed, with the library and place where it failed. */
export class CqlError extends Error {
  constructor(library: string, definition: string, reason: string, locator?: string) {
    super(`${library}."${definition}"${locator ? ` at ${locator}` : ''}: ${reason}`);
    this.name = 'CqlError';
  }
}
