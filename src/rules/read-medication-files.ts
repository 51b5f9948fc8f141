import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../cql/problem.ts';
import { messageOf } from '../errors.ts';
import { type AllergenTable, createAllergenTable } from '../terminology/allergens.ts';
import { MedicationFileError, type MedicationFiles } from '../terminology/medication-files.ts';
import { createMedicationTable, type MedicationTable } from '../terminology/medications.ts';

/** What is known of drugs and allergens. */
export interface MedicationTables {
  readonly medications: MedicationTable;
  readonly allergens: AllergenTable;
}

/**
 * Reads the drugs and allergens of a rules folder, and an imported release of RxNorm where there is one; with a fault the
 * tables know nothing.
 */
export const readMedicationFiles = async (
  rulesDir: string,
  rxnormDir: string | undefined,
): Promise<{
  readonly files: MedicationFiles;
  readonly tables: MedicationTables;
  readonly problems: readonly Problem[];
}> => {
  // The folder is a link that an import turns to another: both files are to be of one release.
  const release = rxnormDir === undefined ? undefined : await realpath(rxnormDir).catch(() => undefined);
  const paths = {
    ...shippedFiles,
    ...(release !== undefined && { release: join(release, 'medications.tsv'), packages: join(release, 'ndc.tsv') }),
  };
  const problems: Problem[] = [];
  const texts: Partial<Record<keyof MedicationFiles, string>> = {};
  for (const [key, path] of Object.entries(paths)) {
    const imported = !(key in shippedFiles);
    try {
      texts[key as keyof MedicationFiles] = await readFile(imported ? path : join(rulesDir, path), 'utf8');
    } catch (thrown) {
      const absent = (thrown as NodeJS.ErrnoException).code === 'ENOENT' && key !== 'medications';
      if (!absent) problems.push({ file: path, message: messageOf(thrown) });
    }
  }
  const files = { medications: '', ...texts };
  if (problems.length > 0) return { files, tables: noTables, problems };
  try {
    return { files, tables: linkMedicationFiles(files), problems };
  } catch (thrown) {
    if (!(thrown instanceof MedicationFileError)) throw thrown;
    const file = paths[thrown.file as keyof typeof paths] ?? thrown.file;
    return { files, tables: noTables, problems: [{ file, message: thrown.message }] };
  }
};

/**
 * The tables of the files' texts.
 *
 * @throws MedicationFileError naming file and line
 */
export const linkMedicationFiles = (files: MedicationFiles): MedicationTables => ({
  medications: createMedicationTable(files),
  allergens: createAllergenTable(files.allergenNames ?? ''),
});

const noTables: MedicationTables = linkMedicationFiles({ medications: '' });

const inVocabulary = (name: string): string => join('vocabulary', name);

const shippedFiles = {
  medications: inVocabulary('medications.tsv'),
  drugNames: inVocabulary('drug-names.tsv'),
  nonDrugs: inVocabulary('non-drugs.txt'),
  allergenNames: inVocabulary('allergen-names.tsv'),
};
