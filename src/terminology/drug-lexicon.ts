import { brandOf, componentOf } from './drug-name.ts';
import { createLexicon, type Lexicon } from './lexicon.ts';
import { expectedColumns, linesOf, MedicationFileError } from './medication-files.ts';

/** A row of the table of medications, apart from its code. */
export type Row = readonly [tty: string, name: string, ingredients: string];

/** What names are added from, the most trusted first: where two sources differ the first is believed. */
const sources = { ingredient: 0, table: 1, inUse: 2, derived: 3, shortened: 4 };

/**
 * The names of a table's drugs and those in use beside them.
 *
 * @throws MedicationFileError naming the line of a name in use that does not have its columns
 */
export const drugLexicon = (rows: ReadonlyMap<string, Row>, drugNames: string): Lexicon => {
  const lexicon = createLexicon();
  const brands = new Map<string, string | null>();
  const salted = new Map<string, string | null>();
  const same = (known: Map<string, string | null>, name: string, ingredients: string): void => {
    const before = known.get(name);
    // A name that stands for different ingredients says nothing by itself.
    known.set(name, before === undefined || before === ingredients ? ingredients : null);
  };
  for (const [tty, name, ingredients] of rows.values()) {
    if (tty === 'IN' || nameTypes.has(tty)) {
      const meaning = { name, ingredients: ingredients.split('|') };
      lexicon.add(name, meaning, tty === 'IN' ? sources.ingredient : sources.table);
      if (tty === 'IN') for (const variant of variantsOf(name)) lexicon.add(variant, meaning, sources.derived);
    } else {
      const brand = brandOf(name);
      if (brand !== undefined) same(brands, brand, ingredients);
      const component = ingredients.includes('|') ? undefined : componentOf(name);
      // What begins with a figure is an amount ("0.25 MG, 0.5 MG Dose 3 ML semaglutide …"), not a name.
      if (component !== undefined && /^[a-z]/i.test(component)) same(salted, component, ingredients);
    }
  }
  const addAll = (known: ReadonlyMap<string, string | null>, source: number): void => {
    for (const [name, ingredients] of known)
      if (ingredients !== null) {
        lexicon.add(name, { name, ingredients: ingredients.split('|') }, source);
        for (const variant of variantsOf(name))
          lexicon.add(variant, { name, ingredients: ingredients.split('|') }, sources.shortened);
      }
  };
  for (const [line, columns] of linesOf(drugNames)) {
    const [name, ingredients, meaning] = columns;
    if (!name || !ingredients || (meaning !== 'and' && meaning !== 'or'))
      throw new MedicationFileError('drugNames', expectedColumns(line, 'name, ingredients and "and" or "or"', columns));
    const codes = ingredients.split('|');
    lexicon.add(
      name,
      { name, ingredients: codes, ...(meaning === 'or' && codes.length > 1 && { oneOf: true as const }) },
      sources.inUse,
    );
  }
  addAll(brands, sources.table);
  addAll(salted, sources.derived);
  return lexicon;
};

/** Term types that are names and no products (RxNorm): precise ingredients, several ingredients, brand names. */
const nameTypes: ReadonlySet<string> = new Set(['PIN', 'MIN', 'BN']);

/** "Insulin aspart, human" without what nobody writes, "Levora 0.15/30 28 Day" without its pack. */
const variantsOf = (name: string): readonly string[] => {
  const short = [
    name.replace(/, (human|porcine|bovine|USP|rDNA)\b/gi, ''),
    name.replace(/(\s+(\d[\d./]*|Day|Fe))+$/i, (end) => (/\d/.test(end) ? (/\bFe\b/i.test(end) ? ' Fe' : '') : end)),
  ];
  return short.filter((each) => each !== name && each.length > 3);
};
