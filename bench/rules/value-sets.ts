import type { ValueSet, ValueSets } from '../../src/cql/value-sets.ts';
import { createCodeSet } from '../../src/terminology/code-set.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { createRandom } from '../support/record.ts';

const { LOINC, RXNORM, SNOMED, ICD10CM, CVX } = codeSystems;

interface Made {
  readonly system: string;
  /** Codes that the records of the bench hold. */
  readonly used: readonly string[];
  readonly size: number;
}

const words = (text: string): readonly string[] => text.split(' ');

/** The value sets of the bench by the last part of their URL. */
export const madeValueSets = {
  'office-visit': { system: SNOMED, used: words('185349003 390906007'), size: 80 },
  diabetes: { system: ICD10CM, used: words('E11.9 E11.65 E11.22'), size: 300 },
  hba1c: { system: LOINC, used: words('4548-4 17856-6'), size: 12 },
  'diabetes-medication': { system: RXNORM, used: words('860975 310534'), size: 250 },
  hypertension: { system: ICD10CM, used: words('I10 I11.9'), size: 40 },
  'blood-pressure': { system: LOINC, used: words('85354-9 55284-4'), size: 6 },
  antihypertensive: { system: RXNORM, used: words('314076 197361'), size: 400 },
  colonoscopy: { system: SNOMED, used: words('73761001 446521004'), size: 60 },
  'stool-blood-test': { system: LOINC, used: words('29771-3 57905-2'), size: 40 },
  'stool-dna-test': { system: LOINC, used: words('77353-1'), size: 6 },
  'ct-colonography': { system: LOINC, used: words('60515-4'), size: 12 },
  'colorectal-cancer': { system: ICD10CM, used: words('C18.9'), size: 80 },
  'total-colectomy': { system: SNOMED, used: words('26390003'), size: 20 },
  ldl: { system: LOINC, used: words('2089-1 13457-7'), size: 10 },
  statin: { system: RXNORM, used: words('617310 314231'), size: 250 },
  'atherosclerotic-disease': { system: ICD10CM, used: words('I25.10 I63.9'), size: 700 },
  anticoagulant: { system: RXNORM, used: words('855332 1364445'), size: 180 },
  nsaid: { system: RXNORM, used: words('197806 198014'), size: 400 },
  egfr: { system: LOINC, used: words('33914-3 98979-8'), size: 10 },
  'chronic-kidney-disease': { system: ICD10CM, used: words('N18.30'), size: 60 },
  'tobacco-user': { system: SNOMED, used: words('449868002 428041000124106'), size: 60 },
  'influenza-vaccine': { system: CVX, used: words('140 150 158'), size: 50 },
  'influenza-vaccination': { system: SNOMED, used: words('86198006'), size: 40 },
  'depression-screen': { system: LOINC, used: words('44261-6 73832-8'), size: 10 },
  'depression-follow-up': { system: SNOMED, used: words('108313002 371604007'), size: 324 },
  'dxa-scan': { system: SNOMED, used: words('312681000'), size: 100 },
} as const satisfies Readonly<Record<string, Made>>;

/** A code as its system writes them, which no record holds. */
const filler: Readonly<Record<string, (n: number) => string>> = {
  [LOINC]: (n) => `9${n}-${n % 10}`,
  [RXNORM]: (n) => String(3_000_000 + n),
  [SNOMED]: (n) => `9${100_000_000 + n}`,
  [ICD10CM]: (n) => `X${String(n % 100).padStart(2, '0')}.${n}`,
  [CVX]: (n) => String(1000 + n),
};

/** The value sets of the bench, 3,500 codes in all; filled up to `size` codes each where it is given. */
export const benchValueSets = (size?: number): ValueSets =>
  new Map(
    Object.entries<Made>(madeValueSets).map(([id, made], i): [string, ValueSet] => {
      const random = createRandom(i + 1);
      const fill = filler[made.system] as (n: number) => string;
      const codes = new Set(made.used);
      while (codes.size < (size ?? made.size)) codes.add(fill(Math.floor(random() * 9_000_000)));
      // Terminology servers answer in the order of the code.
      const list = [...codes].sort().map((code) => ({ system: made.system, code, display: `${id} ${code}` }));
      const url = `http://carehook.org/fhir/ValueSet/bench-${id}`;
      return [url, { url, title: id, codes: list, ...createCodeSet(list) }];
    }),
  );
