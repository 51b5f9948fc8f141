import type { DrugRow, Release } from './read-release.ts';

const notice =
  '# This product uses publicly available data courtesy of the U.S. National Library of Medicine (NLM), National Institutes of Health, Department of Health and Human Services; NLM is not responsible for the product and does not endorse or recommend this or any other product.';

/**
 * The lines of `medications.tsv`. Ingredients come first and retired codes last: of drugs of one name the first is taken, and
 * that is the one in use.
 */
export function* medicationLines({ date, drugs }: Pick<Release, 'date' | 'drugs'>): Generator<string> {
  yield `# RxNorm, release of ${date ?? 'unknown date'}: code, term type, name, ingredient codes joined by |.`;
  yield notice;
  yield 'rxcui\ttty\tname\tingredients';
  const part = ({ retired, type }: DrugRow): number => (retired ? 2 : type === 'IN' ? 0 : 1);
  const sorted = [...drugs.values()].sort((a, b) => part(a) - part(b) || a.code - b.code);
  let before: DrugRow | undefined;
  for (const row of sorted) {
    if (row.retired && !before?.retired)
      yield '# Retired codes: the ingredients and the term type of their successors.';
    before = row;
    yield [row.code, row.type, row.name, row.ingredients].join('\t');
  }
}

/** The lines of `ndc.tsv`. */
export function* ndcLines({ ndcs }: Pick<Release, 'ndcs'>): Generator<string> {
  yield 'ndc\trxcui';
  for (const [ndc, drug] of ndcs) yield `${ndc}\t${drug}`;
}
