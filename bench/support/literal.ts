/**
 * Reads a CQL literal, as the outputs of the conformance tests are, into the form in which engines give values; dates and
 * times as ISO 8601, where one without offset has UTC's. Lists, tuples, quantities, instances and intervals among
 * them, the last without telling whether they are closed.
 *
 * @throws Error on anything that is no literal
 */
export const readLiteral = (text: string): unknown => {
  let rest = text.trim();
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest);
    if (!match) return undefined;
    rest = rest.slice(match[0].length).trimStart();
    return match;
  };
  const expect = (pattern: RegExp): RegExpExecArray => {
    const match = take(pattern);
    if (!match) throw new Error(`expected ${pattern} at "${rest.slice(0, 40)}" of ${text}`);
    return match;
  };
  const list = <T>(item: () => T): readonly T[] => {
    const items: T[] = [];
    if (take(/^\}/)) return items;
    do items.push(item());
    while (take(/^,/));
    expect(/^\}/);
    return items;
  };
  const element = (): [string, unknown] => {
    const [, name = ''] = expect(/^"?(\w+)"?\s*:/);
    return [name, value()];
  };
  const value = (): unknown => {
    if (take(/^null\b/)) return null;
    const boolean = take(/^(true|false)\b/);
    if (boolean) return boolean[1] === 'true';
    const string = take(/^'((?:\\.|[^'\\])*)'/);
    if (string) return unescaped(string[1] ?? '');
    const time = take(/^@T([\d:.]+)/);
    if (time) return time[1];
    const date = take(/^@([\d-]+)(?:T([\d:.]*)(Z|[+-]\d\d:\d\d)?)?/);
    if (date) return date[2] ? `${date[1]}T${date[2]}${date[3]?.replace('Z', '+00:00') ?? '+00:00'}` : date[1];
    const number = take(/^([+-]?\d+(?:\.\d+)?)(L)?/);
    if (number) {
      const unit = take(/^'((?:\\.|[^'\\])*)'/);
      return unit ? { value: Number(number[1]), unit: unit[1] } : Number(number[1]);
    }
    if (take(/^Interval\s*[[(]/)) {
      const low = value();
      expect(/^,/);
      const high = value();
      expect(/^[\])]/);
      return { low, high };
    }
    // A list of tuples may leave out the word: `{ { A: 1 }, { A: 2 } }`.
    if (/^\{\s*\w+\s*:/.test(rest) || /^(?!Interval)[A-Z]\w*\s*\{/.test(rest)) {
      expect(/^\w*\s*\{/);
      return Object.fromEntries(list(element));
    }
    expect(/^\{/);
    return list(value);
  };
  const read = value();
  if (rest !== '') throw new Error(`expected the end at "${rest.slice(0, 40)}" of ${text}`);
  return read;
};

const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex?: string, letter = '') =>
    hex
      ? String.fromCharCode(Number.parseInt(hex, 16))
      : ({ n: '\n', r: '\r', t: '\t', f: '\f' }[letter as string] ?? letter),
  );
