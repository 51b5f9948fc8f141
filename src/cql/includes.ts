/** A library that another includes, and where its text says so. Lines and columns count from 1. */
export interface Include {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** The name a library declares; undefined when it declares none. */
export const declaredName = (text: string): string | undefined => identifiersAfter('library', text)[0]?.name;

/** The libraries that a library's text includes, in its order. */
export const includesOf = (text: string): readonly Include[] => identifiersAfter('include', text);

/** Quoted names, texts and comments come first, so that nothing inside them is taken for a word. */
const tokens = /"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`|'(?:\\.|[^'\\])*'|\/\*[\s\S]*?\*\/|\/\/.*|([\w.]+)/g;

const identifiersAfter = (keyword: string, text: string): readonly Include[] => {
  const found: Include[] = [];
  let keywordAt: number | undefined;
  for (const match of text.matchAll(tokens)) {
    const [token, quoted, backTicked, word] = match;
    if (/^\/[/*]/.test(token)) continue;
    const name = quoted ?? backTicked ?? word;
    if (keywordAt !== undefined && name !== undefined) {
      const before = text.slice(0, keywordAt).split('\n');
      found.push({ name, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
    }
    keywordAt = word === keyword ? match.index : undefined;
  }
  return found;
};
