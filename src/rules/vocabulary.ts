import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../cql/problem.ts';
import type { ValueSet } from '../cql/value-sets.ts';
import { messageOf } from '../errors.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { type Analyte, type AnalyteTable, createAnalyteTable } from '../terminology/analytes.ts';
import { createCodeSet } from '../terminology/code-set.ts';
import { type MedicationTable, noMedications, parseMedicationTable } from '../terminology/medications.ts';
import { type CodeSystemName, codeSystems } from '../terminology/systems.ts';
import { type AnalyteFile, analyteSchema, unitSpellingsSchema, type ValueSetFile, valueSetSchema } from './manifest.ts';
import { readYaml, type YamlResult } from './read-yaml.ts';
import type { Overlay } from './site.ts';

/** Where the canonical URLs of this project's own value sets begin; the file's id follows. */
export const valueSetBase = 'http://carehook.org/fhir/ValueSet/';

/** The codes and drugs that rules speak of. */
export interface Vocabulary {
  readonly valueSets: ReadonlyMap<string, ValueSet>;
  readonly medications: MedicationTable;
  /** What is measured, each in one unit. */
  readonly analytes: AnalyteTable;
  /** The ids of the drug classes that an ingredient belongs to, by RxNorm code. */
  classesOf(ingredient: string): readonly string[];
  /** The ids of all drug classes. */
  readonly drugClasses: ReadonlySet<string>;
  /** The same for the same vocabulary. */
  readonly hash: string;
}

/** What a vocabulary is linked from, as plain data. */
export interface VocabularyImage {
  readonly valueSets: readonly (Pick<ValueSet, 'url' | 'title' | 'codes'> & Pick<ValueSetFile | AnalyteFile, 'kind'>)[];
  readonly analytes: readonly Analyte[];
  readonly spellings: Readonly<Record<string, string>>;
  /** The text of `medications.tsv`. */
  readonly medications: string;
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
  placeOf(system: string, code: string): Pick<Problem, 'line' | 'column'>;
}

/**
 * Reads `vocabulary/`: `medications.tsv`, `unit-spellings.yaml`, and every value set below `value-sets/`, `drug-classes/` and
 * `analytes/`.
 */
export const loadVocabulary = async (
  rulesDir: string,
  localCodes: Overlay['codes'] = {},
): Promise<{ readonly vocabulary: LoadedVocabulary; readonly problems: readonly Problem[] }> => {
  const problems: Problem[] = [];
  const valueSets: VocabularyImage['valueSets'][number][] = [];
  const analytes: Analyte[] = [];
  const origins = new Map<string, ValueSetOrigin>();
  const hash = createHash('sha256');

  for (const folder of ['value-sets', 'drug-classes', 'analytes']) {
    const files = await readdir(join(rulesDir, 'vocabulary', folder)).catch(() => []);
    for (const name of files.filter((each) => each.endsWith('.yaml')).sort()) {
      const file = join('vocabulary', folder, name);
      const read = await readValueSet(folder, join(rulesDir, file), file);
      problems.push(...read.problems);
      if (!('value' in read)) continue;
      const { value, place } = read;
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
      const codes = codesOf(withLocalCodes(value, localCodes[value.id]));
      const url = valueSetBase + value.id;
      valueSets.push({ url, title: value.title, kind: value.kind, codes });
      origins.set(url, { file, placeOf: (system, code) => place(['codes', shortName(system), code]) });
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
  }
  const spelled = await loadSpellings(rulesDir);
  problems.push(...spelled.problems);
  hash.update(JSON.stringify(spelled.spellings));

  const file = join('vocabulary', 'medications.tsv');
  const { text, table } = await readFile(join(rulesDir, file), 'utf8')
    .then((text) => {
      hash.update(text);
      return { text, table: parseMedicationTable(text) };
    })
    .catch((thrown) => {
      problems.push({ file, message: messageOf(thrown) });
      return { text: '', table: noMedications };
    });
  const { spellings } = spelled;
  const image = { valueSets, analytes, spellings, medications: text, hash: hash.digest('hex') };
  return { vocabulary: { ...linkVocabulary(image, table), origins, image }, problems };
};

/** The vocabulary of an image; its medications are read from the image unless they were read already. */
export const linkVocabulary = (
  { valueSets, analytes, spellings, medications, hash }: VocabularyImage,
  table: MedicationTable = parseMedicationTable(medications),
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
    medications: table,
    analytes: createAnalyteTable(analytes, spellings),
    classesOf: (ingredient) => classes.get(ingredient) ?? none,
    drugClasses,
    hash,
  };
};

/** The file with a site's own codes added, by the short name of their system or its URL. */
const withLocalCodes = (
  file: Pick<ValueSetFile, 'codes'>,
  local: Overlay['codes'][string] = {},
): Pick<ValueSetFile, 'codes'> => {
  const codes = { ...file.codes };
  for (const [system, added] of Object.entries(local)) codes[system] = { ...codes[system], ...added };
  return { codes };
};

const shortName = (system: string): string =>
  Object.entries(codeSystems).find(([, url]) => url === system)?.[0] ?? system;

const readValueSet = (folder: string, path: string, file: string): Promise<YamlResult<ValueSetFile | AnalyteFile>> =>
  folder === 'analytes' ? readYaml(path, file, analyteSchema) : readYaml(path, file, valueSetSchema);

/** The file may be left out: units are then read as UCUM writes them. */
const loadSpellings = async (
  rulesDir: string,
): Promise<{ readonly spellings: Readonly<Record<string, string>>; readonly problems: readonly Problem[] }> => {
  const file = join('vocabulary', 'unit-spellings.yaml');
  const path = join(rulesDir, file);
  const there = await readFile(path).then(
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
        : { factor: conversion.factor, offset: conversion.offset },
    ]),
  ),
  codes,
});

const codesOf = ({ codes }: Pick<ValueSetFile, 'codes'>): ValueSet['codes'] =>
  Object.entries(codes).flatMap(([name, displays]) => {
    const system = codeSystems[name as CodeSystemName] ?? name;
    return Object.entries(displays).map(([code, display]) => ({ system, code, display }));
  });

const toValueSet = ({ url, title, codes }: VocabularyImage['valueSets'][number]): ValueSet => ({
  url,
  title,
  codes,
  ...createCodeSet(codes),
});
