/** Text from a record as GitHub-flavoured Markdown that shows it and nothing else: no markup, link, image or HTML. */
export const escapeMarkdown = (text: string): string =>
  singleLine(text)
    .replace(/[\\`*_{}[\]()#+!|~]/g, '\\$&')
    // GitHub makes a link of a bare address.
    .replace(/:(?=\/\/)|(?<=\bwww)\.|@/gi, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');

/** Text without line breaks and control characters, which could end a line or hide a word. */
export const singleLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** At most so many characters, cut at a word, with an ellipsis where something was cut. */
export const shorten = (text: string, most: number): string => {
  if (text.length <= most) return text;
  // Not through the middle of a character of two code units.
  const cut = text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '');
  const word = cut.lastIndexOf(' ');
  return `${(word > most / 2 ? cut.slice(0, word) : cut).trimEnd()}…`;
};
