import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder } from './command.ts';

type Concept = readonly [code: number, type: string, name: string, suppress?: string, source?: string];
type Relation = readonly [drug: number, relation: string, other: number, source?: string];
type Ndc = readonly [code: number, ndc: string, source?: string, suppress?: string];
type Archived = readonly [code: number, type: string, name: string, mergedTo: number | '', source?: string];

/** What a made release holds; the files of the last four are written only when they are given. */
export interface MadeRelease {
  readonly concepts: readonly Concept[];
  readonly relations: readonly Relation[];
  readonly ndcs?: readonly Ndc[];
  readonly archive?: readonly Archived[];
  readonly changes?: readonly (readonly [old: number, type: string, name: string, next: number])[];
  readonly history?: readonly (readonly [retired: number, next: number | ''])[];
  /** Such as RXNORM_26AB_261102F. */
  readonly version?: string;
}

const relationBack: Readonly<Record<string, string>> = {
  has_ingredient: 'ingredient_of',
  has_precise_ingredient: 'precise_ingredient_of',
  has_ingredients: 'ingredients_of',
  has_part: 'part_of',
  form_of: 'has_form',
  consists_of: 'constitutes',
  contains: 'contained_in',
  tradename_of: 'has_tradename',
  isa: 'inverse_isa',
};

const lines = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.join('|')}|\n`).join('');

const conso = ([code, type, name, suppress = 'N', source = 'RXNORM']: Concept) => [
  code,
  'ENG',
  ...['', '', '', '', ''],
  code + 1,
  ...['', code, ''],
  source,
  type,
  code,
  name,
  '',
  suppress,
  '4096',
];

const relation = (of: number, rela: string, to: number, source: string) => [
  ...[to, '', 'CUI', 'RO', of, '', 'CUI', rela, '', '', source],
  ...['', '', '', '', '4096'],
];

/** The text of each file. */
export const filesOf = (release: MadeRelease): Readonly<Record<string, string>> => {
  const { concepts, relations, ndcs = [], archive, changes, history, version } = release;
  return {
    'RXNCONSO.RRF': lines(concepts.map(conso)),
    // As in a release, every relation stands there in both directions.
    'RXNREL.RRF': lines(
      relations.flatMap(([drug, rela, other, source = 'RXNORM']) => [
        relation(drug, rela, other, source),
        relation(other, relationBack[rela] ?? `inverse_of_${rela}`, drug, source),
      ]),
    ),
    'RXNSAT.RRF': lines([
      [concepts[0]?.[0] ?? 0, '', '', 1, 'AUI', 1, '', '', 'RXN_HUMAN_DRUG', 'RXNORM', 'US', 'N', '4096'],
      ...ndcs.map(([code, ndc, source = 'RXNORM', suppress = 'N']) => [
        ...[code, '', '', 1, 'AUI', code, '', '', 'NDC', source, ndc, suppress, '4096'],
      ]),
    ]),
    ...(archive && {
      'RXNATOMARCHIVE.RRF': lines(
        archive.map(([code, type, name, mergedTo, source = 'RXNORM']) => [
          ...[code + 1, '', name, '', '', '', code, '', 'ENG', '', '', '', code, source, type, mergedTo],
        ]),
      ),
    }),
    ...(changes && {
      'RXNCUICHANGES.RRF': lines(changes.map(([old, type, name, next]) => ['', '', 'RXNORM', type, name, old, next])),
    }),
    ...(history && {
      'RXNCUI.RRF': lines(history.map(([retired, next]) => [retired, '20AA_200106F', '20AB_200706F', 1, next])),
    }),
    ...(version && { 'RXNSAB.RRF': lines([['C1', 'C2', version, 'RXNORM', 'RxNorm Vocabulary']]) }),
  };
};

/** Writes a release into a folder as it comes out of NLM's archive, with some of its files changed or (undefined) missing. */
export const madeRelease = (
  release: MadeRelease,
  changed: Readonly<Record<string, string | undefined>> = {},
  dir = emptyFolder(),
): string => {
  mkdirSync(join(dir, 'rrf'), { recursive: true });
  for (const [name, text] of Object.entries({ ...filesOf(release), ...changed }))
    if (text !== undefined) writeFileSync(join(dir, 'rrf', name), text);
  return dir;
};

/** A concept of every term type, with made codes: one tablet of two ingredients, one of them a salt, and a pack with it. */
export const everyTermType: MadeRelease = {
  version: 'RXNORM_26AB_261102F',
  concepts: [
    [90, 'IN', 'amoxin'],
    [200, 'IN', 'clavin'],
    [1_000, 'IN', 'ibufen'],
    [210, 'PIN', 'clavin potassium'],
    [300, 'MIN', 'amoxin / clavin'],
    [310, 'SCDC', 'amoxin 500 MG'],
    [311, 'SCDC', 'clavin 125 MG'],
    [312, 'SCDC', 'ibufen 200 MG'],
    [320, 'SCDF', 'amoxin / clavin Oral Tablet'],
    [321, 'SCDFP', 'amoxin / clavin potassium Oral Tablet'],
    [322, 'SCDF', 'ibufen Oral Tablet'],
    [330, 'SCDG', 'amoxin / clavin Pill'],
    [331, 'SCDGP', 'amoxin / clavin potassium Pill'],
    [340, 'SCD', 'amoxin 500 MG / clavin 125 MG Oral Tablet'],
    [341, 'SCD', 'ibufen 200 MG Oral Tablet'],
    [400, 'BN', 'Amclav'],
    [410, 'SBDC', 'amoxin 500 MG / clavin 125 MG [Amclav]'],
    [420, 'SBDF', 'amoxin / clavin Oral Tablet [Amclav]'],
    [421, 'SBDFP', 'amoxin / clavin potassium Oral Tablet [Amclav]'],
    [430, 'SBDG', 'Amclav Pill'],
    [440, 'SBD', 'amoxin 500 MG / clavin 125 MG Oral Tablet [Amclav]'],
    [500, 'GPCK', '{7 (amoxin 500 MG / clavin 125 MG Oral Tablet) / 3 (ibufen 200 MG Oral Tablet) } Pack'],
    [510, 'BPCK', '{7 (amoxin 500 MG / clavin 125 MG Oral Tablet) / 3 (ibufen 200 MG Oral Tablet) } Pack [Amclav Duo]'],
    [600, 'DF', 'Oral Tablet'],
    [601, 'DFG', 'Pill'],
    [340, 'PSN', 'amoxin 500 MG / clavin 125 MG tablet'],
    [340, 'SY', 'amoxin 500 MG and clavin 125 MG tablet'],
  ],
  relations: [
    [210, 'form_of', 200],
    [300, 'has_part', 90],
    [300, 'has_part', 200],
    [310, 'has_ingredient', 90],
    [311, 'has_ingredient', 200],
    [311, 'has_precise_ingredient', 210],
    [312, 'has_ingredient', 1_000],
    [320, 'has_ingredient', 90],
    [320, 'has_ingredient', 200],
    [320, 'isa', 330],
    [321, 'has_ingredient', 90],
    [321, 'has_precise_ingredient', 210],
    [322, 'has_ingredient', 1_000],
    [330, 'has_ingredient', 90],
    [330, 'has_ingredient', 200],
    [331, 'has_ingredient', 90],
    [331, 'has_precise_ingredient', 210],
    [340, 'consists_of', 310],
    [340, 'consists_of', 311],
    [340, 'has_ingredients', 300],
    [340, 'isa', 320],
    [340, 'isa', 321],
    [340, 'has_dose_form', 600],
    [341, 'consists_of', 312],
    [341, 'isa', 322],
    [400, 'tradename_of', 90],
    [400, 'tradename_of', 200],
    [410, 'tradename_of', 310],
    [410, 'tradename_of', 311],
    [410, 'has_ingredient', 400],
    [420, 'tradename_of', 320],
    [420, 'has_ingredient', 400],
    [421, 'tradename_of', 321],
    [430, 'tradename_of', 330],
    [440, 'tradename_of', 340],
    [440, 'consists_of', 410],
    [440, 'has_ingredient', 400],
    [500, 'contains', 340],
    [500, 'contains', 341],
    [510, 'tradename_of', 500],
    [510, 'contains', 440],
    [510, 'contains', 341],
  ],
  ndcs: [
    [440, '00093227534'],
    [341, '00904585461'],
  ],
};
