/** A library or model that a text names, and where. Lines and columns count from 1. */
export interface Include {
  readonly name: string;
  readonly version?: string;
  readonly line: number;
  readonly column: number;
}

/** The library that a text declares; undefined when it declares none. */
export const declarationIn = (text: string): Include | undefined => identifiersAfter('library', text)[0];

/** The name a library declares; undefined when it declares none. */
export const declaredName = (text: string): string | undefined => declarationIn(text)?.name;

/** The libraries that a library's text includes, in its order. */
export const includesOf = (text: string): readonly Include[] => identifiersAfter('include', text);

/** The data models that a library's text uses, in its order. */
export const usingsOf = (text: string): readonly Include[] => identifiersAfter('using', text);

/** Quoted names, texts and comments come first, so that nothing inside them is taken for a word. */
const tokens = /"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`|'((?:\\.|[^'\\])*)'|\/\*[\s\S]*?\*\/|\/\/.*|([\w.]+)/g;

const identifiersAfter = (keyword: string, text: string): readonly Include[] => {
  const found: Include[] = [];
  let keywordAt: number | undefined;
  // What the next token would be: `include NAME version 'VERSION'`.
  let next: 'keyword' | 'name' | 'version' | 'text' = 'keyword';
  for (const match of text.matchAll(tokens)) {
    const [token, quoted, backTicked, string, word] = match;
    if (/^\/[/*]/.test(token)) continue;
    const name = quoted ?? backTicked ?? word;
    const last = found.at(-1);
    if (next === 'name' && name !== undefined && keywordAt !== undefined) {
      const before = text.slice(0, keywordAt).split('\n');
      found.push({ name, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
      next = 'version';
    } else if (next === 'version' && word === 'version') next = 'text';
    else if (next === 'text' && string !== undefined && last) {
      found[found.length - 1] = { ...last, version: string };
      next = 'keyword';
    } else next = 'keyword';
    if (word === keyword) {
      keywordAt = match.index;
      next = 'name';
    }
  }
  return found;
};
