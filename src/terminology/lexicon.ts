import { getOrCompute } from '../get-or-compute.ts';

/** What a name stands for: all of its ingredients, or one of them of which it is not said which. */
export interface Meaning {
  readonly name: string;
  /** RxNorm codes of ingredients. */
  readonly ingredients: readonly string[];
  readonly oneOf?: true;
}

interface Node {
  readonly next: Map<string, Node>;
  /** null: the words stand for different drugs, and so for none. */
  meaning?: Meaning | null;
}

/** Names of drugs by their words; the longest name that stands at a place is the one that is meant. */
export interface Lexicon {
  /** Adds a name. Names that the same source gives two meanings have none; an earlier source's meaning stands. */
  add(name: string, meaning: Meaning, source: number): void;
  /** The longest name that begins at a word, and how many words it has; its meaning is null where it has several. */
  at(
    words: readonly string[],
    start: number,
  ): { readonly meaning: Meaning | null; readonly length: number } | undefined;
}

/**
 * The words of a text as names are compared by: lower case, letters apart from figures, decimals whole, no marks. "Vitamin
 * B-12" and "vitamin b12" are the same.
 */
export const wordsOf = (text: string): readonly string[] =>
  (isPlain.test(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, ''))
    .toLowerCase()
    .replace(/[’']s\b/g, 's')
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .match(/\d+(?:\.\d+)?|\.\d+|[a-z]+|[%+&#]/g) ?? [];

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const isPlain = /^[\x00-\x7f]*$/;

export const createLexicon = (): Lexicon => {
  const root: Node = { next: new Map() };
  const sources = new Map<Node, number>();
  return {
    add: (name, meaning, source) => {
      let node = root;
      const words = wordsOf(name);
      if (words.length === 0) return;
      for (const word of words) node = getOrCompute(node.next, word, (): Node => ({ next: new Map() }));
      const known = sources.get(node);
      if (known === undefined || source < known) {
        node.meaning = meaning;
        sources.set(node, source);
      } else if (source === known && node.meaning && !sameIngredients(node.meaning, meaning)) node.meaning = null;
    },
    at: (words, start) => {
      let node: Node | undefined = root;
      let found: { readonly meaning: Meaning | null; readonly length: number } | undefined;
      for (let i = start; i < words.length; i++) {
        node = node.next.get(words[i] as string);
        if (!node) break;
        if (node.meaning !== undefined) found = { meaning: node.meaning, length: i - start + 1 };
      }
      return found;
    },
  };
};

const sameIngredients = (one: Meaning, other: Meaning): boolean =>
  one.ingredients.length === other.ingredients.length &&
  one.ingredients.every((each) => other.ingredients.includes(each)) &&
  one.oneOf === other.oneOf;
