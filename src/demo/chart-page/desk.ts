import type { Request } from 'express';
import type { ListedPatient, MedicationChoice } from '../chart-page.ts';
import type { CdsClient } from './cds-client.ts';
import type { EhrClient } from './ehr-client.ts';
import { PageError } from './error-page.ts';
import type { Sessions } from './sessions.ts';
import type { Views } from './views.ts';
import type { Explain } from './why-view.ts';

/** What the routes work with. */
export interface Desk {
  readonly cds: CdsClient;
  readonly ehr: EhrClient;
  readonly sessions: Sessions;
  readonly views: Views;
  readonly patients: readonly ListedPatient[];
  readonly searchMedications: (text: string) => readonly MedicationChoice[];
  readonly explain: Explain | undefined;
  /** `Practitioner/id` of who charts. */
  readonly user: string;
  readonly now: () => Date;
  /** YYYY-MM-DD. */
  readonly today: () => string;
  readonly warn: (fields: object, message: string) => void;
}

/** A request below `/patients/:patient`. */
export type PatientRequest = Request<{ patient: string; card?: string; suggestion?: string; draft?: string }>;

/**
 * The patient that a request's path names.
 *
 * @throws PageError 404 for one who is not on the list
 */
export const patientOf = ({ patients }: Desk, { params }: PatientRequest): ListedPatient => {
  const patient = patients.find(({ id }) => id === params.patient);
  if (patient === undefined) throw new PageError(404, 'There is no such patient on the list.');
  return patient;
};

/** The address of a patient's chart, from where the page is mounted. */
export const chartUrl = (base: string, { id }: Pick<ListedPatient, 'id'>): string =>
  `${base}/patients/${encodeURIComponent(id)}`;
