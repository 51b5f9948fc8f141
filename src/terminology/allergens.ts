import { createLexicon, wordsOf } from './lexicon.ts';
import { expectedColumns, linesOf, MedicationFileError } from './medication-files.ts';

const kinds = ['class', 'food', 'environment', 'vaccine', 'none'] as const;

/** What an allergen is that is no single drug; `none` says that there is no allergy. */
export type AllergenKind = (typeof kinds)[number];

/** A name of allergy lists that is no drug's: a class of drugs, or something else. */
interface AllergenName {
  readonly kind: AllergenKind;
  /** Ids of drug classes. */
  readonly classes: readonly string[];
}

export interface AllergenTable {
  /** What the whole of a name stands for, apart from words such as "drugs"; undefined where it is in no list. */
  byName(name: string): AllergenName | undefined;
  /** All classes that the table names. */
  readonly classes: ReadonlySet<string>;
}

/**
 * Reads `allergen-names.tsv`: `name, kind, classes` (ids of drug classes joined by `|`; for the kind `class` only).
 *
 * @throws MedicationFileError naming the line that does not have these columns
 */
export const createAllergenTable = (text: string): AllergenTable => {
  const lexicon = createLexicon();
  const named = new Map<string, AllergenName>();
  const classes = new Set<string>();
  for (const [line, columns] of linesOf(text)) {
    const [name = '', kind, ids = ''] = columns;
    const known = kinds.find((each) => each === kind);
    if (name === '' || known === undefined || (known === 'class') !== (ids !== ''))
      throw new MedicationFileError(
        'allergenNames',
        expectedColumns(line, `name, kind (${kinds.join(', ')}) and for a class its ids`, columns),
      );
    const all = ids === '' ? [] : ids.split('|');
    for (const id of all) classes.add(id);
    lexicon.add(name, { name, ingredients: [] }, 0);
    named.set(wordsOf(name).join(' '), { kind: known, classes: all });
  }
  const byWords = (words: readonly string[]): AllergenName | undefined =>
    lexicon.at(words, 0)?.length === words.length ? named.get(words.join(' ')) : undefined;
  return {
    classes,
    byName: (name) => {
      const words = wordsOf(name);
      let end = words.length;
      for (;;) {
        const found = end > 0 ? byWords(words.slice(0, end)) : undefined;
        if (found || !fillers.has(words[end - 1] ?? '')) return found;
        end -= 1;
      }
    },
  };
};

/** What follows the name of a class or a substance and changes nothing. */
const fillers: ReadonlySet<string> = new Set(
  'drug drugs medication medications medicine medicines antibiotic antibiotics agent agents class group derivative derivatives preparation preparations product products containing type'.split(
    ' ',
  ),
);
