import { CarehookError } from '../../errors.ts';
import { rxnatomarchive, rxnconso, rxncui, rxncuichanges, rxnrel, rxnsab, rxnsat } from './columns.ts';
import {
  type Concept,
  createIngredients,
  type Ingredients,
  isTermType,
  leadsToIngredients,
  type TermType,
} from './ingredients.ts';
import { createNdcIndex, normaliseNdc } from './ndc.ts';
import type { ReleaseFileName, ReleaseFolder } from './release-folder.ts';
import { createRetiredCodes } from './retired.ts';
import { type Columns, type ReadFile, type Row, readRrf } from './rrf.ts';
import { createTally, type LeftOut } from './tally.ts';

/** A drug of a release whose ingredients are known. */
export interface DrugRow {
  readonly code: number;
  /** Of a retired code, the type of its successor. */
  readonly type: TermType;
  readonly name: string;
  /** Codes of ingredients, ascending, joined by `|`. */
  readonly ingredients: string;
  readonly retired: boolean;
}

/** What a release says, as far as it is of use here. */
export interface Release {
  /** YYYY-MM-DD. */
  readonly date: string | undefined;
  readonly drugs: ReadonlyMap<number, DrugRow>;
  /** NDC (eleven digits) and drug, in ascending order. */
  readonly ndcs: readonly (readonly [ndc: string, drug: number])[];
  readonly leftOut: readonly LeftOut[];
  readonly notes: readonly string[];
  readonly files: readonly ReadFile[];
}

/** Told of every chunk that was read: the file, and its bytes. */
export type OnBytes = (file: string, bytes: number) => void;

type Reader = (name: ReleaseFileName, columns: Columns, onRow: (row: Row) => void) => Promise<boolean>;

/**
 * Reads a release. What is kept of it is the drugs, their relations and the NDCs; the files are never in memory whole.
 *
 * @throws CONFIG_INVALID when a file is not what it should be, naming file and line
 */
export const readRelease = async (folder: ReleaseFolder, onBytes: OnBytes = () => {}): Promise<Release> => {
  const tally = createTally();
  const notes: string[] = [];
  const files: ReadFile[] = [];
  const read: Reader = async (name, columns, onRow) => {
    const file = folder.files.get(name);
    if (file === undefined) return false;
    files.push(await readRrf(file, columns, onRow, (bytes) => onBytes(name, bytes)));
    return true;
  };
  const date = (await readDate(read)) ?? folder.dateInNames;
  if (date === undefined)
    notes.push('The date of the release is neither in RXNSAB.RRF nor in the name of the folder or of a readme in it.');
  const { concepts, suppressed } = await readConcepts(folder, read, tally.count);
  const ingredients = await readIngredients(folder, read, concepts);
  const drugs = drugsOf(concepts, ingredients, tally.count);
  if (drugs.size * 2 < concepts.size)
    throw new CarehookError(
      'CONFIG_INVALID',
      `${folder.dir}/RXNREL.RRF: expected relations that lead from drugs to their ingredients, got them for ${drugs.size} of ${concepts.size} drugs: is it of the same release?`,
    );
  for (const row of await readRetired(read, { concepts, suppressed, drugs, notes, count: tally.count }))
    drugs.set(row.code, row);
  for (const code of suppressed.keys())
    if (!drugs.has(code)) tally.count('obsolete or suppressed codes, without a successor that is known', code);
  const ndcs = await readNdcs(read, drugs, tally.count);
  return { date, drugs, ndcs, leftOut: tally.leftOut(), notes, files };
};

/** RXNORM_20AA_201005F is of 2020-10-05. */
const readDate = async (read: Reader): Promise<string | undefined> => {
  let date: string | undefined;
  await read('RXNSAB.RRF', rxnsab, (row) => {
    const [, year, month, day] = /_(\d\d)(\d\d)(\d\d)F?$/.exec(row.text(rxnsab.VSAB)) ?? [];
    if (row.text(rxnsab.RSAB) === 'RXNORM' && year !== undefined) date = `20${year}-${month}-${day}`;
  });
  return date;
};

type Count = ReturnType<typeof createTally>['count'];

/** Names of a drug beside its own, and what is no drug: dose forms, their groups and entry terms. */
const synonyms = new Set(['PSN', 'SY', 'TMSY']);
const noDrugs = new Set(['DF', 'DFG', 'ET']);

const isSuppressed = (flag: string): boolean => flag !== '' && flag !== 'N';

const readConcepts = async ({ dir }: ReleaseFolder, read: Reader, count: Count) => {
  const concepts = new Map<number, Concept>();
  const suppressed = new Map<number, string>();
  await read('RXNCONSO.RRF', rxnconso, (row) => {
    if (row.text(rxnconso.SAB) !== 'RXNORM' || row.text(rxnconso.LAT) !== 'ENG') return;
    const type = row.text(rxnconso.TTY);
    if (!isTermType(type)) {
      if (synonyms.has(type)) count('synonyms (PSN, SY, TMSY)');
      else if (!noDrugs.has(type)) count('names of term types that are not known here', type);
      return;
    }
    const code = row.rxcui(rxnconso.RXCUI);
    if (isSuppressed(row.text(rxnconso.SUPPRESS))) suppressed.set(code, row.words(rxnconso.STR));
    else if (!concepts.has(code)) concepts.set(code, { type, name: row.words(rxnconso.STR) });
  });
  if (concepts.size === 0)
    throw new CarehookError(
      'CONFIG_INVALID',
      `${dir}/RXNCONSO.RRF: expected drugs (SAB RXNORM, LAT ENG, not suppressed), found none`,
    );
  for (const code of concepts.keys()) suppressed.delete(code);
  return { concepts, suppressed };
};

const readIngredients = async (
  { dir }: ReleaseFolder,
  read: Reader,
  concepts: ReadonlyMap<number, Concept>,
): Promise<Ingredients> => {
  const ingredients = createIngredients(concepts);
  let relations = 0;
  await read('RXNREL.RRF', rxnrel, (row) => {
    const relation = row.text(rxnrel.RELA);
    // Relations between atoms name no concept.
    if (!leadsToIngredients(relation) || row.text(rxnrel.SAB) !== 'RXNORM' || row.text(rxnrel.RXCUI1) === '') return;
    if (isSuppressed(row.text(rxnrel.SUPPRESS))) return;
    const drug = row.rxcui(rxnrel.RXCUI2);
    if (!concepts.has(drug)) return;
    relations += 1;
    ingredients.add(drug, relation, row.rxcui(rxnrel.RXCUI1));
  });
  if (relations === 0)
    throw new CarehookError(
      'CONFIG_INVALID',
      `${dir}/RXNREL.RRF: expected relations of RxNorm's drugs (SAB RXNORM), found none`,
    );
  return ingredients;
};

const drugsOf = (concepts: ReadonlyMap<number, Concept>, ingredients: Ingredients, count: Count) => {
  const drugs = new Map<number, DrugRow>();
  for (const [code, { type, name }] of concepts) {
    const found = ingredients.of(code);
    if (found === undefined) count('drugs whose ingredients the relations do not give whole', `${code} ${type}`);
    else drugs.set(code, { code, type, name, ingredients: found, retired: false });
  }
  for (const code of ingredients.disputed) count('drugs with the ingredients of relations that differ', code);
  return drugs;
};

interface RetiredInput {
  readonly concepts: ReadonlyMap<number, Concept>;
  readonly suppressed: ReadonlyMap<number, string>;
  readonly drugs: ReadonlyMap<number, DrugRow>;
  readonly notes: string[];
  readonly count: Count;
}

/** Rows for retired codes whose successor is a drug with known ingredients. */
const readRetired = async (read: Reader, input: RetiredInput): Promise<readonly DrugRow[]> => {
  const { concepts, suppressed, drugs, notes, count } = input;
  const retired = createRetiredCodes((code) => drugs.get(code)?.ingredients);
  const names = new Map<number, string>();
  const add = (row: Row, from: number, to: number, name?: number): void => {
    // An atom that did not move, or has no place any more, says nothing of its concept.
    if (row.text(from) === '' || row.text(to) === '' || row.text(from) === row.text(to)) return;
    const code = row.rxcui(from);
    if (concepts.has(code)) return;
    retired.add(code, row.rxcui(to));
    if (name !== undefined && row.text(name) !== '' && !names.has(code)) names.set(code, row.words(name));
  };
  const archive = await read('RXNATOMARCHIVE.RRF', rxnatomarchive, (row) => {
    const { SAB, TTY, RXCUI, MERGED_TO_RXCUI, STR } = rxnatomarchive;
    // A synonym may move while its concept stays.
    if (row.text(SAB) === 'RXNORM' && isTermType(row.text(TTY))) add(row, RXCUI, MERGED_TO_RXCUI, STR);
  });
  const changes = await read('RXNCUICHANGES.RRF', rxncuichanges, (row) => {
    const { SAB, TTY, OLD_RXCUI, NEW_RXCUI, STR } = rxncuichanges;
    // Where a concept moved, rather than an atom, the row has neither term type nor name.
    const type = row.text(TTY);
    if (row.text(SAB) === 'RXNORM' && (type === '' || isTermType(type))) add(row, OLD_RXCUI, NEW_RXCUI, STR);
  });
  const history = await read('RXNCUI.RRF', rxncui, (row) => add(row, rxncui.CUI1, rxncui.CUI2));
  const absent = [!archive && 'RXNATOMARCHIVE.RRF', !changes && 'RXNCUICHANGES.RRF', !history && 'RXNCUI.RRF'].filter(
    (name) => name !== false,
  );
  if (absent.length > 0)
    notes.push(`${absent.join(', ')} not in this release: codes whose retirement only they record are not known.`);

  const rows: DrugRow[] = [];
  for (const code of retired.codes()) {
    const fate = retired.fateOf(code);
    if (fate.is === 'gone') count('retired codes whose successor is no drug of this release', code);
    if (fate.is === 'split') count('retired codes whose successors have different ingredients', code);
    if (fate.is !== 'moved') continue;
    const { type, name, ingredients } = drugs.get(fate.to) as DrugRow;
    rows.push({ code, type, name: names.get(code) ?? suppressed.get(code) ?? name, ingredients, retired: true });
  }
  return rows;
};

/** Sources beside RxNorm's own whose NDCs anyone may use: the labels of the FDA, the drug file of the VA. */
const freeSources = new Set(['MTHSPL', 'VANDF']);

const readNdcs = async (
  read: Reader,
  drugs: ReadonlyMap<number, DrugRow>,
  count: Count,
): Promise<readonly (readonly [string, number])[]> => {
  const ingredientsOf = (code: number) => drugs.get(code)?.ingredients;
  const own = createNdcIndex(ingredientsOf);
  const others = createNdcIndex(ingredientsOf);
  await read('RXNSAT.RRF', rxnsat, (row) => {
    if (row.text(rxnsat.ATN) !== 'NDC') return;
    const source = row.text(rxnsat.SAB);
    if (source !== 'RXNORM' && !freeSources.has(source)) return count('NDCs of sources with a licence of their own');
    if (isSuppressed(row.text(rxnsat.SUPPRESS))) return count('NDCs that are obsolete or suppressed');
    const ndc = normaliseNdc(row.text(rxnsat.ATV));
    if (ndc === undefined) return count('NDCs in a form that is not known', `"${row.text(rxnsat.ATV)}"`);
    const code = row.rxcui(rxnsat.RXCUI);
    if (!drugs.has(code)) return count('NDCs of codes that are not among the drugs');
    (source === 'RXNORM' ? own : others).add(ndc, code);
  });
  const found: (readonly [string, number])[] = [];
  const take = (ndc: string, drug: number | undefined): void => {
    if (drug === undefined) count('NDCs of drugs with different ingredients', ndc);
    else found.push([ndc, drug]);
  };
  const owned = new Set<string>();
  for (const ndc of own.ndcs()) {
    owned.add(ndc);
    take(ndc, own.get(ndc));
  }
  for (const ndc of others.ndcs()) if (!owned.has(ndc)) take(ndc, others.get(ndc));
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
};
