import type { Bundle, Patient, Resource } from 'fhir/r4.js';
import { ExchangeError, exchange, type Problem, problemOf } from './exchange.ts';

/** One type's resources of a patient, or why they could not be read. */
export interface Listing {
  readonly resources: readonly Resource[];
  readonly more: boolean;
  readonly problem?: Problem;
}

export interface Chart {
  readonly patient: Patient;
  readonly listings: ReadonlyMap<ChartType, Listing>;
}

export interface TransactionEntry {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** `Type`, or `Type/id`. */
  readonly url: string;
  readonly resource?: Resource;
}

/** The EHR's own FHIR server, as this page uses it. It plays the client, so it goes none of Carehook's ways to FHIR. */
export interface EhrClient {
  /** @throws ExchangeError when the patient cannot be read; a type that cannot says so in its listing */
  chart(patientId: string): Promise<Chart>;
  /**
   * All entries or none.
   *
   * @throws ExchangeError when none was done
   */
  transact(entries: readonly TransactionEntry[]): Promise<void>;
}

const queries = {
  AllergyIntolerance: '',
  Condition: '',
  MedicationRequest: '&_sort=-authoredon',
  MedicationStatement: '',
  Observation: '&_sort=-date',
  ServiceRequest: '&_sort=-authored',
  Procedure: '&_sort=-date',
  DiagnosticReport: '&_sort=-date',
  Immunization: '&_sort=-date',
} as const;

export type ChartType = keyof typeof queries;

const fhirJson = 'application/fhir+json';
const mostResources = 200;

export const createEhrClient = (fhirBase: string): EhrClient => {
  const base = fhirBase.replace(/\/+$/, '');

  const list = async (type: ChartType, patientId: string): Promise<Listing> => {
    const query = `patient=${encodeURIComponent(patientId)}&_count=${mostResources}${queries[type]}`;
    try {
      const bundle = (await exchange(`${base}/${type}?${query}`, undefined, fhirJson)) as Bundle | undefined;
      if (bundle?.resourceType !== 'Bundle') throw new ExchangeError('the answer is no Bundle');
      const found = (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource] : []));
      return { resources: found, more: (bundle.link ?? []).some(({ relation }) => relation === 'next') };
    } catch (thrown) {
      return { resources: [], more: false, problem: problemOf('Could not be read', thrown) };
    }
  };

  return {
    chart: async (patientId) => {
      const types = Object.keys(queries) as ChartType[];
      const [patient, ...listings] = await Promise.all([
        exchange(`${base}/Patient/${encodeURIComponent(patientId)}`, undefined, fhirJson),
        ...types.map((type) => list(type, patientId)),
      ]);
      if ((patient as Resource | undefined)?.resourceType !== 'Patient')
        throw new ExchangeError('the answer is no Patient');
      return {
        patient: patient as Patient,
        listings: new Map(types.map((type, at) => [type, listings[at] as Listing])),
      };
    },
    transact: async (entries) => {
      if (entries.length > 0) await exchange(base, transactionOf(entries), fhirJson);
    },
  };
};

/** A transaction Bundle; what is created gets its id from the server. */
const transactionOf = (entries: readonly TransactionEntry[]): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: entries.map(({ method, url, resource }) => {
    const { id: _, ...created } = resource ?? {};
    const sent = method === 'POST' ? created : resource;
    return {
      ...(sent && { resource: sent as NonNullable<Bundle['entry']>[number]['resource'] & object }),
      request: { method, url },
    };
  }),
});
