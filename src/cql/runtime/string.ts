type Text = string | null | undefined;

/** The texts one after the other; null where one is null. */
export const concatenate = (...texts: readonly Text[]): string | null =>
  texts.some((text) => text == null) ? null : texts.join('');

/** The texts of a list with a separator between them, nulls left out; null where none is left. */
export const combine = (texts: readonly Text[] | null, separator?: Text): string | null => {
  const present = texts?.filter((text) => text != null) ?? [];
  return present.length === 0 ? null : present.join(separator ?? '');
};

/** The parts of a text between separators; without a separator the whole text. */
export const split = (text: Text, separator: Text): readonly string[] | null =>
  text == null ? null : separator ? text.split(separator) : [text];

/** The parts of a text between what matches a pattern; without a pattern the whole text. */
export const splitOnMatches = (text: Text, pattern: Text): readonly string[] | null => {
  if (text == null) return null;
  if (!pattern) return [text];
  const parts: string[] = [];
  let from = 0;
  // Not String.split, which mixes the groups of the pattern with the parts.
  for (const match of text.matchAll(expression(pattern, 'g'))) {
    if (match[0] === '') continue;
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
};

/** The text in capitals. */
export const upper = (text: Text): string | null => text?.toUpperCase() ?? null;

/** The text in small letters. */
export const lower = (text: Text): string | null => text?.toLowerCase() ?? null;

/** So many characters from a position on, or all that follow; null where the text has no such position. */
export const substring = (
  text: Text,
  start: number | null | undefined,
  length?: number | null | undefined,
): string | null => {
  if (text == null || start == null || start < 0) return null;
  if (start >= text.length && !(start === 0 && text === '')) return null;
  return length == null ? text.slice(start) : text.slice(start, start + Math.max(0, length));
};

/** Where a text begins in another, counted from 0; −1 where it does not. */
export const positionOf = (pattern: Text, text: Text): number | null =>
  pattern == null || text == null ? null : text.indexOf(pattern);

/** Where a text begins in another for the last time, counted from 0; −1 where it does not. */
export const lastPositionOf = (pattern: Text, text: Text): number | null =>
  pattern == null || text == null ? null : text.lastIndexOf(pattern);

/** Whether the text begins with another. */
export const startsWith = (text: Text, prefix: Text): boolean | null =>
  text == null || prefix == null ? null : text.startsWith(prefix);

/** Whether the text ends with another. */
export const endsWith = (text: Text, suffix: Text): boolean | null =>
  text == null || suffix == null ? null : text.endsWith(suffix);

/** Whether the whole text matches a pattern. */
export const matches = (text: Text, pattern: Text): boolean | null =>
  text == null || pattern == null ? null : expression(`^(?:${pattern})$`, '').test(text);

/** The text with every match of a pattern replaced; in the replacement `$1` is a group and `\$` a dollar sign. */
export const replaceMatches = (text: Text, pattern: Text, replacement: Text): string | null =>
  text == null || pattern == null || replacement == null
    ? null
    : text.replace(expression(pattern, 'g'), replacement.replaceAll('\\$', '$$$$'));

/** The characters of a text, one by one. */
export const toChars = (text: Text): readonly string[] | null => (text == null ? null : text.split(''));

// Patterns are the author's, but may be made of a patient's data: so only the last few are kept.
const expressions = new Map<string, RegExp>();
const mostExpressions = 100;

const expression = (pattern: string, flags: '' | 'g'): RegExp => {
  const key = flags + pattern;
  const known = expressions.get(key);
  if (known !== undefined) return known;
  if (expressions.size >= mostExpressions) expressions.clear();
  const compiled = new RegExp(pattern, flags);
  expressions.set(key, compiled);
  return compiled;
};
