/** Splits at a separator that no backslash precedes, and leaves the backslashes (R4 search, "Escaping"). */
export function splitUnescaped(text: string, separator: ',' | '|'): readonly string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === separator) {
      parts.push('');
      continue;
    }
    const escaped = character === '\\' ? text.charAt(at + 1) : '';
    if (escaped !== '') at += 1;
    parts.push(`${parts.pop()}${character}${escaped}`);
  }
  return parts;
}

/** Takes away the backslashes that escape a comma, bar, dollar or backslash. */
export function unescapeValue(text: string): string {
  return text.replaceAll(/\\([,|$\\])/g, '$1');
}
