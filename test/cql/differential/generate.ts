import type { BundleEntry, FhirResource } from 'fhir/r4.js';
import { createRandom, type Random } from '../../support/random.ts';
import type { Material } from './material.ts';
import { medication, type ReferenceTo } from './medication.ts';
import { draft, type MakeResource, makers } from './resources.ts';
import { createValues, type Values } from './values.ts';

/** One generated record, as it would come from a server and a request; the same for the same seed. */
export interface Sample {
  readonly seed: number;
  readonly now: string;
  readonly patient: BundleEntry;
  readonly chart: readonly BundleEntry[];
  readonly drafts: readonly BundleEntry[];
}

/** What a case of a rule is made of; resources need neither id nor subject. */
export interface Beginning {
  readonly name: string;
  /** The library that it is a case of. */
  readonly rule?: string;
  readonly now: string;
  readonly patient: object;
  readonly record: readonly object[];
  readonly drafts: readonly object[];
}

/** Days on which seasons, years and leap years turn, one side and the other. */
const moments = [
  '2026-11-21T10:00:00-05:00',
  '2026-06-30T23:30:00-05:00',
  '2026-07-01T00:10:00-05:00',
  '2026-09-01T08:00:00-05:00',
  '2027-05-31T22:00:00-05:00',
  '2028-02-29T12:00:00-05:00',
  '2026-12-31T23:59:59-05:00',
  '2027-01-01T00:00:00-05:00',
];

const types = Object.keys(makers) as readonly (keyof typeof makers)[];

const isOfMedication = (type: string): boolean => type.startsWith('Medication');

/** A patient with `most` resources at most, made of what the libraries look for and of what they do not. */
export const generateSample = (
  seed: number,
  { materials, cases }: { readonly materials: readonly Material[]; readonly cases: readonly Beginning[] },
  most = 60,
): Sample => {
  const random = createRandom(seed);
  const material = random.pick(materials);
  const beginning = cases.length > 0 && random.once(2) ? random.pick(cases) : undefined;
  const now = beginning?.now ?? (random.once(2) ? (moments[0] as string) : random.pick(moments));
  const values = createValues(random, material, new Date(now));
  const urls = new Map<string, string>();
  // The server's way to write references holds for all of a record; some are written in another.
  const usual = random.pick(['relative', 'relative', 'absolute', 'urn'] as const);
  const refer: ReferenceTo = (type, id) => {
    const relative = `${type}/${id}`;
    const way = random.once(8) ? random.pick(['relative', 'absolute', 'urn', 'versioned'] as const) : usual;
    if (way === 'urn') return urls.get(relative) ?? relative;
    return way === 'relative'
      ? relative
      : `https://ehr.example/fhir/${relative}${way === 'versioned' ? '/_history/2' : ''}`;
  };
  const entry = (resource: object): BundleEntry => {
    const { resourceType, id } = resource as FhirResource;
    const fullUrl = urls.get(`${resourceType}/${id}`);
    return { ...(fullUrl && { fullUrl }), resource: resource as FhirResource };
  };
  if (usual === 'urn') for (const key of ['Patient/p', 'Medication/m0', 'Medication/m1']) urls.set(key, urn(random));

  const owner = (resourceType: string): object => {
    if (random.once(30)) return {};
    const subject = { reference: refer('Patient', 'p') };
    return resourceType === 'AllergyIntolerance' || resourceType === 'Immunization'
      ? { patient: subject }
      : { subject };
  };
  const make = (resourceType: string, id: string | undefined, maker: MakeResource): object => {
    if (id !== undefined && usual === 'urn') urls.set(`${resourceType}/${id}`, urn(random));
    return { resourceType, ...(id !== undefined && { id }), ...owner(resourceType), ...maker(values, refer) };
  };

  // Few of most types and many of some, as records are.
  const retrieved = types.filter((type) => material.retrieved.has(type));
  // Where drugs are looked for and none is retrieved, the host gives them as exposures, from any of their resources.
  const byHost = material.drugs.length > 1 && !retrieved.some(isOfMedication);
  const read = byHost ? [...retrieved, ...types.filter(isOfMedication)] : retrieved;
  const favourites = [0, 1, 2].map(() => random.pick(read.length > 0 ? read : types));
  const count = random.once(4) ? 5 + random.below(most - 5) : 5 + random.below(Math.min(most, 20) - 5);
  const chart: object[] = [0, 1].map((i) => ({
    resourceType: 'Medication',
    id: `m${i}`,
    code: (medication(values, refer) as { medicationCodeableConcept?: unknown }).medicationCodeableConcept,
  }));
  while (chart.length < (beginning ? count / 2 : count)) {
    const type = random.once(5) ? random.pick(types) : random.pick(favourites);
    const resource = make(type, random.once(40) ? undefined : `r${chart.length}`, makers[type]);
    chart.push(resource);
    // The same event told by another source, and as it was before it was corrected.
    if (random.once(12))
      chart.push({ ...resource, id: `r${chart.length}`, ...(random.once(3) && { status: 'corrected' }) });
  }
  const changed =
    (resource: object): MakeResource =>
    () =>
      change(resource, values) as object;
  for (const resource of beginning?.record ?? [])
    chart.push(make((resource as FhirResource).resourceType, `r${chart.length}`, changed(resource)));
  const drafts = (beginning?.drafts ?? []).map((each, i) =>
    make((each as FhirResource).resourceType, `c${i}`, changed(each)),
  );
  const more = Array.from({ length: beginning ? random.pick([0, 0, 0, 1]) : random.pick([0, 1, 1, 2, 3]) }, (_, i) =>
    make('MedicationRequest', `d${i}`, draft),
  );
  return {
    seed,
    now,
    patient: entry({ ...(beginning ? beginning.patient : patient(values)), resourceType: 'Patient', id: 'p' }),
    chart: JSON.parse(JSON.stringify(chart)).map(entry),
    drafts: [...drafts, ...more].map(entry),
  };
};

/** A resource with a date moved, or an element left out, now and then. */
const change = (value: unknown, values: Values): unknown => {
  const { random } = values;
  if (Array.isArray(value)) return value.map((item) => change(item, values));
  if (typeof value === 'string')
    return /^\d{4}-\d\d/.test(value) && random.once(8)
      ? value.length > 10
        ? values.dateTime()
        : values.date()
      : value;
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => name === 'resourceType' || !random.once(40));
  return Object.fromEntries(kept.map(([name, item]) => [name, change(item, values)]));
};

/** A case as it stands. */
export const sampleOfCase = ({ now, patient, record, drafts }: Beginning): Sample => {
  const entry = (prefix: string) => (resource: object, i: number) => ({
    resource: { id: `${prefix}${i}`, subject: { reference: 'Patient/p' }, ...resource } as unknown as FhirResource,
  });
  return {
    seed: 0,
    now,
    patient: { resource: { ...patient, resourceType: 'Patient', id: 'p' } },
    chart: record.map(entry('r')),
    drafts: drafts.map(entry('d')),
  };
};

const urn = (random: Random): string =>
  `urn:uuid:${Array.from({ length: 4 }, () => (random.below(65_536) + 65_536).toString(16).slice(1)).join('-')}`;

const patient = ({ random, perhaps }: Values): object => {
  const year =
    2026 - random.pick([17, 18, 19, 30, 44, 45, 46, 50, 50, 55, 60, 60, 64, 65, 66, 70, 75, 76, 85, 86, 100]);
  const day = random.pick(['11-21', '11-22', '11-20', '12-20', '07-01', '06-30', '02-28', '01-01', '12-31']);
  const birthDate = random.pick([
    `${year}-${day}`,
    `${year}-${day}`,
    `${year}-${day}`,
    `${year}-${day.slice(0, 2)}`,
    `${year}`,
  ]);
  return {
    ...perhaps('birthDate', () => (random.once(20) ? `${year - (year % 4)}-02-29` : birthDate), 25),
    ...perhaps('gender', () => random.pick(['female', 'male', 'other', 'unknown'])),
    ...(random.once(25) && { deceasedBoolean: random.once(2) }),
    ...(random.once(8) && {
      _birthDate: { extension: [{ url: 'urn:birthTime', valueDateTime: `${year}-${day}T10:00:00Z` }] },
    }),
  };
};
