import { isObject, listOf } from './resource.ts';
import { splitUnescaped, unescapeValue } from './search-value.ts';

/** What a token search asks for: `system` undefined is any, '' is "has none"; `code` undefined is any. */
export interface Token {
  readonly system: string | undefined;
  readonly code: string | undefined;
}

interface Coded extends Token {
  /** A `code` element has the system of its binding, which this server does not know. */
  readonly implied: boolean;
}

/** Reads `code`, `system|code`, `|code` or `system|`; undefined when nothing is asked for. */
export function parseToken(text: string): Token | undefined {
  const [first = '', ...others] = splitUnescaped(text, '|');
  if (others.length === 0) return first === '' ? undefined : { system: undefined, code: unescapeValue(first) };
  const code = unescapeValue(others.join('|'));
  if (first === '' && code === '') return undefined;
  return { system: unescapeValue(first), code: code === '' ? undefined : code };
}

/** Tells whether a code, Coding, CodeableConcept, Identifier or boolean is what the token asks for. */
export function tokenMatches(token: Token, element: unknown): boolean {
  return codedValues(element).some(
    (coded) =>
      (token.code === undefined || token.code === coded.code) &&
      (token.system === undefined || coded.implied || token.system === (coded.system ?? '')),
  );
}

/** Gives the codes of an element, for sorting by them. */
export function codesOf(element: unknown): readonly string[] {
  return codedValues(element).flatMap((coded) => (coded.code === undefined ? [] : [coded.code]));
}

function codedValues(element: unknown): readonly Coded[] {
  if (typeof element === 'string' || typeof element === 'boolean') {
    return [{ system: undefined, code: String(element), implied: true }];
  }
  if (!isObject(element)) return [];
  if (element.coding !== undefined) return listOf(element.coding).filter(isObject).map(codedValue);
  return [codedValue(element)];
}

function codedValue({ system, code, value }: { readonly [name: string]: unknown }): Coded {
  const text = code ?? value;
  return {
    system: typeof system === 'string' ? system : undefined,
    code: typeof text === 'string' ? text : undefined,
    implied: false,
  };
}
