import type { FhirResource } from 'fhir/r4.js';
import type { ModelInfo } from '../cql/model-info.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { createReferenceResolver } from '../record/normalise.ts';
import { filesBelow } from './cql-files.ts';
import { belongsToPatients, type Owner, ownerOf } from './cql-owner.ts';
import { type Unit, unitsOf } from './cql-units.ts';

/** A patient with all of the patient's resources. */
export interface PatientData {
  readonly patientId: string;
  readonly resources: readonly FhirResource[];
  /** How many patients and files are still to come, as far as is known. */
  readonly remaining: number;
}

export interface DataOptions {
  readonly model: ModelInfo;
  /** The types that are read; others are passed over. */
  readonly types: ReadonlySet<string>;
  /** Told what is wrong with the data and where; reading goes on. */
  readonly onError: (message: string) => void;
  /** Told what was left out for want of a word whose it is. */
  readonly onWarning: (message: string) => void;
}

/**
 * The patients of a file or folder of Bundles or NDJSON, one after the other. A Bundle that holds its patients is let go
 * when they have been seen; what stands apart from its patient (bulk export) is kept until all is read.
 *
 * @throws CONFIG_INVALID when there are no such files
 */
export async function* readPatients(path: string, options: DataOptions): AsyncGenerator<PatientData> {
  const { onError, onWarning } = options;
  const files = filesBelow(path, 'data', ['json', 'ndjson']);
  const shared = await readShared(files, options);
  const pool = new Map<string, FhirResource[]>();
  const seen = new Set<string>();
  const unsaid = new Map<string, number>();
  for await (const unit of unitsOf(files, onError)) {
    const { patients, owned } = sortOut(unit, options);
    const here = new Map<string, FhirResource[]>([...patients].map((id) => [id, []]));
    for (const { resource, owner } of owned) {
      const { resourceType } = resource;
      if (owner === 'unsaid' && patients.size !== 1) unsaid.set(resourceType, (unsaid.get(resourceType) ?? 0) + 1);
      // What is everybody's and in no patient's Bundle is among the shared.
      for (const id of typeof owner === 'string' ? (owner === 'unsaid' && patients.size > 1 ? [] : patients) : owner)
        (here.get(id) ?? getOrCompute(pool, id, () => [])).push(resource);
    }
    let left = patients.size;
    for (const [patientId, resources] of here) {
      left -= 1;
      if (seen.has(patientId))
        onError(`${unit.where}: Patient/${patientId} stood in an earlier Bundle; expected it once`);
      else yield { patientId, resources: [...resources, ...shared], remaining: unit.remaining + left };
      seen.add(patientId);
    }
  }
  let remaining = pool.size;
  for (const [patientId, resources] of pool) {
    remaining -= 1;
    const count = `${resources.length} ${resources.length === 1 ? 'resource' : 'resources'} of Patient/${patientId}`;
    if (seen.has(patientId)) onError(`${count} stand apart from the patient's Bundle and were not seen`);
    else if (!resources.some(({ resourceType }) => resourceType === 'Patient'))
      onError(`${count}: expected the Patient too, found none`);
    else yield { patientId, resources: [...resources, ...shared], remaining };
  }
  for (const [type, count] of unsaid) onWarning(`${count} ${type} left out: nothing in them says whose they are`);
}

/** The patients of a Bundle, and its resources with their owners; one that came alone has its patient elsewhere. */
const sortOut = ({ alone, entries }: Unit, { model, types }: DataOptions) => {
  const resolve = createReferenceResolver(entries);
  const owned: { readonly resource: FhirResource; readonly owner: Owner }[] = [];
  const patients = new Set<string>();
  for (const { resource } of entries as readonly { resource: FhirResource }[]) {
    const { resourceType, id } = resource;
    if (resourceType === 'Patient' && id !== undefined && !alone) patients.add(id);
    if (resourceType === 'Patient' || types.has(resourceType))
      owned.push({ resource, owner: ownerOf(resource, resolve, model) });
  }
  return { patients, owned };
};

/** What is everybody's and stands in no patient's Bundle; one reading more, only where such types are read. */
const readShared = async (files: readonly string[], options: DataOptions): Promise<readonly FhirResource[]> => {
  const { model, types } = options;
  if (![...types].some((type) => type !== 'Patient' && !belongsToPatients(model, type))) return [];
  const shared: FhirResource[] = [];
  for await (const unit of unitsOf(files, () => {})) {
    const { patients, owned } = sortOut(unit, options);
    if (patients.size > 0) continue;
    for (const { resource, owner } of owned) if (owner === 'everybody') shared.push(resource);
  }
  return shared;
};
