import type { ValueSet } from '../cql/value-sets.ts';
import { getOrCompute } from '../get-or-compute.ts';

/** A value set that a name may belong to, because its codes' names share these words; nothing but a suggestion. */
export interface ValueSetHint {
  readonly url: string;
  readonly words: readonly string[];
  /** One of the words stands in the value set's title, which says what it is about. */
  readonly inTitle: boolean;
}

/** Words that say nothing of what a thing is. */
const empty = new Set(
  (
    'and any for from not other the using with without due left right part single specified unspecified general adult child ' +
    'patient patients procedure situation disorder finding observable entity qualifier regime therapy environment substance ' +
    'organism product encounter visit care history personal family present positive negative test tests screening ' +
    'examination study assessment panel result diagnosis disease allergy vaccine vaccination vaccines reaction drug drugs ' +
    'agent agents order administration blood serum plasma'
  ).split(' '),
);

const mostHints = 3;

/**
 * Finds the value sets whose title or codes' names share words with a name, the best first: a rare word counts for more
 * than one that many sets have. A word of the title must be shared, or half of what the name says.
 */
export const createValueSetHints = (
  valueSets: readonly Pick<ValueSet, 'url' | 'title' | 'codes'>[],
): ((name: string) => readonly ValueSetHint[]) => {
  const setsByWord = new Map<string, Set<string>>();
  const titleWords = new Map<string, ReadonlySet<string>>();
  for (const { url, title, codes } of valueSets) {
    titleWords.set(url, wordsOf(title));
    for (const text of [title, ...codes.map(({ display }) => display)])
      for (const word of wordsOf(text)) getOrCompute(setsByWord, word, () => new Set<string>()).add(url);
  }
  const rarity = (words: readonly string[]) =>
    words.reduce((sum, word) => sum + 1 / (setsByWord.get(word)?.size ?? 1), 0);
  return (name) => {
    const words = wordsOf(name);
    const shared = new Map<string, string[]>();
    for (const word of words)
      for (const url of setsByWord.get(word) ?? []) getOrCompute(shared, url, () => []).push(word);
    return [...shared]
      .map(([url, list]) => ({ url, words: list, inTitle: list.some((word) => titleWords.get(url)?.has(word)) }))
      .filter((hint) => hint.inTitle || hint.words.length * 2 >= words.size)
      .sort(
        (a, b) =>
          Number(b.inTitle) - Number(a.inTitle) || rarity(b.words) - rarity(a.words) || a.url.localeCompare(b.url),
      )
      .slice(0, mostHints);
  };
};

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length >= 3 && !/^\d/.test(word) && !empty.has(word)),
  );
