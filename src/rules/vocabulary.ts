import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../cql/problem.ts';
import type { ValueSet } from '../cql/value-sets.ts';
import { getOrCompute } from '../get-or-compute.ts';
import type { AllergenTable } from '../terminology/allergens.ts';
import { type Analyte, type AnalyteTable, createAnalyteTable } from '../terminology/analytes.ts';
import { createCodeSet } from '../terminology/code-set.ts';
import type { MedicationFiles } from '../terminology/medication-files.ts';
import type { MedicationTable } from '../terminology/medications.ts';
import { type CodeSystemName, codeSystems, drugClassSystem } from '../terminology/systems.ts';
import { type ExpandedCodes, type Expansion, withExpansion, withoutCodes } from './expansion.ts';
import { localCodeProblems, withLocalCodes } from './local-codes.ts';
import { type AnalyteFile, unitSpellingsSchema, type ValueSetFile, type ValueSetKind } from './manifest.ts';
import { linkMedicationFiles, type MedicationTables, readMedicationFiles } from './read-medication-files.ts';
import { readValueSets } from './read-value-sets.ts';
import { readYaml } from './read-yaml.ts';
import type { Overlay } from './site.ts';

/** Where the canonical URLs of this project's own value sets begin; the file's id follows. */
export const valueSetBase = 'http://carehook.org/fhir/ValueSet/';

/** The codes and drugs that rules speak of. */
export interface Vocabulary {
  readonly valueSets: ReadonlyMap<string, ValueSet>;
  readonly medications: MedicationTable;
  readonly allergens: AllergenTable;
  /** What is measured, each in one unit. */
  readonly analytes: AnalyteTable;
  /** The ids of the drug classes that an ingredient belongs to, by RxNorm code. */
  classesOf(ingredient: string): readonly string[];
  /** By URL, how value sets were completed by a terminology server. */
  readonly expansions: ReadonlyMap<string, Expansion>;
  /** The ids of all drug classes. */
  readonly drugClasses: ReadonlySet<string>;
  /** The same for the same vocabulary. */
  readonly hash: string;
}

/** The ids of all value sets, drug classes among them. */
export const valueSetIds = ({ valueSets }: Vocabulary): ReadonlySet<string> =>
  new Set([...valueSets.keys()].map((url) => url.slice(valueSetBase.length)));

/** What a vocabulary is linked from, as plain data. */
export interface VocabularyImage {
  readonly valueSets: readonly (Pick<ValueSet, 'url' | 'title' | 'codes'> & {
    readonly kind: ValueSetKind;
    readonly expansion?: Expansion;
  })[];
  readonly analytes: readonly Analyte[];
  readonly spellings: Readonly<Record<string, string>>;
  readonly medications: MedicationFiles;
  readonly hash: string;
}

/** A vocabulary that was read from its files. */
export interface LoadedVocabulary extends Vocabulary {
  /** The file that each value set stands in, by URL, and where a code stands in it. */
  readonly origins: ReadonlyMap<string, ValueSetOrigin>;
  readonly image: VocabularyImage;
}

interface ValueSetOrigin {
  readonly file: string;
  /** What a signature is for: the codes, and where they are completed the address of what completes them. */
  readonly signed: readonly unknown[];
  placeOf(system: string, code: string): Pick<Problem, 'line' | 'column'>;
}

/** What is added to the vocabulary of a rules folder. */
export interface VocabularyAdditions {
  /** A site's own codes by the id of their value set. */
  readonly localCodes?: Overlay['codes'];
  /** The codes by which a terminology server completes value sets, by id. */
  readonly expanded?: ReadonlyMap<string, ExpandedCodes>;
  /** Where a release of RxNorm was imported to, if one was. */
  readonly rxnormDir?: string | undefined;
  /** Where what was parsed once is kept, the first for writing; nowhere unless given. */
  readonly cacheDirs?: readonly string[];
}

/**
 * Reads `vocabulary/`: the files of drugs and allergens, `unit-spellings.yaml`, and every value set below `value-sets/`,
 * `drug-classes/` and `analytes/`.
 */
export const loadVocabulary = async (
  rulesDir: string,
  { localCodes = {}, expanded = new Map(), rxnormDir, cacheDirs = [] }: VocabularyAdditions = {},
): Promise<{ readonly vocabulary: LoadedVocabulary; readonly problems: readonly Problem[] }> => {
  const problems: Problem[] = [];
  const valueSets: VocabularyImage['valueSets'][number][] = [];
  const analytes: Analyte[] = [];
  const origins = new Map<string, ValueSetOrigin>();
  const hash = createHash('sha256');

  const sets = await readValueSets(rulesDir, cacheDirs);
  problems.push(...sets.problems);
  for (const { folder, name, file, value, place } of sets.read) {
    if (`${value.id}.yaml` !== name)
      problems.push({ file, ...place(['id']), message: `expected the id to be the file's name, got "${value.id}"` });
    if (origins.has(valueSetBase + value.id))
      problems.push({ file, ...place(['id']), message: `id: "${value.id}" is another value set's id already` });
    if (folder === 'drug-classes' && value.kind !== 'drug-class')
      problems.push({ file, ...place(['kind']), message: 'expected "kind: drug-class" in this folder' });
    for (const system of Object.keys(value.codes))
      if (!Object.hasOwn(codeSystems, system))
        problems.push({
          file,
          ...place(['codes', system]),
          message: `codes: expected one of ${Object.keys(codeSystems).join(', ')}, got "${system}"`,
        });
    problems.push(...localCodeProblems(value, localCodes[value.id]));
    const own = codesOf(withLocalCodes(value, localCodes[value.id]));
    const completed = expanded.get(value.id);
    const { codes, leftOut } = withExpansion(own, value.kind, completed?.codes ?? []);
    const expansion = completed && withoutCodes(completed, leftOut);
    const url = valueSetBase + value.id;
    valueSets.push({ url, title: value.title, kind: value.kind, codes, ...(expansion && { expansion }) });
    origins.set(url, {
      file,
      signed: expansion ? [own, expansion.url] : [own],
      placeOf: (system, code) => place(['codes', shortName(system), code]),
    });
    hash.update(JSON.stringify([value.id, value.title, value.kind, codes]));
    if (value.kind !== 'analyte') continue;
    const analyte = toAnalyte(value, codes);
    for (const { system, code } of codes) {
      const other = analytes.find((each) => each.codes.some((own) => own.system === system && own.code === code));
      if (other)
        problems.push({
          file,
          ...place(['codes', shortName(system), code]),
          message: `codes: ${code} is an analyte already, "${other.id}"; expected each code to be of one analyte`,
        });
    }
    analytes.push(analyte);
    hash.update(JSON.stringify([analyte.unit, analyte.units]));
  }
  const spelled = await loadSpellings(rulesDir);
  problems.push(...spelled.problems);
  hash.update(JSON.stringify(spelled.spellings));

  const { files, tables, problems: medicationProblems } = await readMedicationFiles(rulesDir, rxnormDir);
  problems.push(...medicationProblems);
  hash.update(JSON.stringify(files));
  for (const id of tables.allergens.classes)
    if (!valueSets.some(({ url, kind }) => kind === 'drug-class' && url === valueSetBase + id))
      problems.push({
        file: join('vocabulary', 'allergen-names.tsv'),
        message: `expected the ids of drug-classes/, got "${id}"`,
      });
  const { spellings } = spelled;
  const image = { valueSets, analytes, spellings, medications: files, hash: hash.digest('hex') };
  return { vocabulary: { ...linkVocabulary(image, tables), origins, image }, problems };
};

/** The vocabulary of an image; its drugs and allergens are read from the image unless they were read already. */
export const linkVocabulary = (
  { valueSets, analytes, spellings, medications, hash }: VocabularyImage,
  tables: MedicationTables = linkMedicationFiles(medications),
): Vocabulary => {
  const classes = new Map<string, string[]>();
  const drugClasses = new Set<string>();
  for (const { url, kind, codes } of valueSets) {
    if (kind !== 'drug-class') continue;
    const id = url.slice(valueSetBase.length);
    drugClasses.add(id);
    for (const { code } of codes) getOrCompute(classes, code, () => []).push(id);
  }
  const none: readonly string[] = [];
  return {
    valueSets: new Map(valueSets.map((each) => [each.url, toValueSet(each)])),
    ...tables,
    analytes: createAnalyteTable(analytes, spellings),
    classesOf: (ingredient) => classes.get(ingredient) ?? none,
    expansions: new Map(valueSets.flatMap(({ url, expansion }) => (expansion ? [[url, expansion] as const] : []))),
    drugClasses,
    hash,
  };
};

const shortName = (system: string): string =>
  Object.entries(codeSystems).find(([, url]) => url === system)?.[0] ?? system;

/** The file may be left out: units are then read as UCUM writes them. */
const loadSpellings = async (
  rulesDir: string,
): Promise<{ readonly spellings: Readonly<Record<string, string>>; readonly problems: readonly Problem[] }> => {
  const file = join('vocabulary', 'unit-spellings.yaml');
  const path = join(rulesDir, file);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there) return { spellings: {}, problems: [] };
  const read = await readYaml(path, file, unitSpellingsSchema);
  return 'value' in read ? { ...read.value, problems: [] } : { spellings: {}, problems: read.problems };
};

const toAnalyte = ({ id, unit, units }: AnalyteFile, codes: ValueSet['codes']): Analyte => ({
  id,
  unit,
  units: Object.fromEntries(
    Object.entries(units).map(([each, conversion]) => [
      each,
      typeof conversion === 'number'
        ? { factor: conversion, offset: 0 }
        : {
            factor: conversion.factor,
            offset: conversion.offset,
            ...(conversion.decimals !== undefined && { decimals: conversion.decimals }),
          },
    ]),
  ),
  codes,
});

const codesOf = ({ codes }: Pick<ValueSetFile, 'codes'>): ValueSet['codes'] =>
  Object.entries(codes).flatMap(([name, displays]) => {
    const system = codeSystems[name as CodeSystemName] ?? name;
    return Object.entries(displays).map(([code, display]) => ({ system, code, display }));
  });

/** A drug class holds its own code beside its ingredients, by which an allergy to the class as a whole is one of it. */
const toValueSet = ({ url, title, kind, codes }: VocabularyImage['valueSets'][number]): ValueSet => {
  const own = { system: drugClassSystem, code: url.slice(valueSetBase.length), display: title };
  const all = kind === 'drug-class' ? [...codes, own] : codes;
  return { url, title, codes: all, ...createCodeSet(all) };
};
