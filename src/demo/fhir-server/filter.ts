import type { DatePrefix } from './date-range.ts';
import { DATE_PREFIXES, dateMatches, parseDateRange, rangeOfElement } from './date-range.ts';
import { FhirError } from './fhir-error.ts';
import { parseReference, referenceMatches } from './match-reference.ts';
import { stringMatches } from './match-string.ts';
import { parseToken, tokenMatches } from './match-token.ts';
import type { Json } from './resource.ts';
import { valuesAt } from './resource.ts';
import type { SearchParameter } from './search-parameter.ts';
import { splitUnescaped, unescapeValue } from './search-value.ts';

export type Filter = (resource: Json) => boolean;
type ElementTest = (element: unknown) => boolean;

/**
 * Builds the test of one search parameter as it was given, commas being OR.
 * @throws FhirError 400 for a value or a modifier that this server cannot honour: R4 forbids to pass over a modifier.
 */
export function filterOf(
  parameter: SearchParameter,
  modifier: string | undefined,
  value: string,
  ownBase: string,
): Filter {
  const name = modifier === undefined ? parameter.name : `${parameter.name}:${modifier}`;
  // An empty value must not widen the search: `patient=` would answer with everybody.
  if (value === '') throw invalid(name, value, 'a value');
  const elements = (resource: Json) => parameter.paths.flatMap((path) => valuesAt(resource, path));
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false') throw invalid(name, value, 'true or false');
    return (resource) => (elements(resource).length === 0) === (value === 'true');
  }
  const negated = parameter.kind === 'token' && modifier === 'not';
  const tests = splitUnescaped(value, ',').map((one) =>
    elementTest(parameter, name, negated ? undefined : modifier, one, ownBase),
  );
  const matches: Filter = (resource) => elements(resource).some((element) => tests.some((test) => test(element)));
  return negated ? (resource) => !matches(resource) : matches;
}

function elementTest(
  parameter: SearchParameter,
  name: string,
  modifier: string | undefined,
  value: string,
  ownBase: string,
): ElementTest {
  if (parameter.kind === 'string' && (modifier === undefined || modifier === 'exact' || modifier === 'contains')) {
    const wanted = unescapeValue(value);
    if (wanted === '') throw invalid(name, value, 'a text');
    return (element) => stringMatches(modifier, wanted, element);
  }
  if (parameter.kind === 'reference') return referenceTest(parameter, name, modifier, value, ownBase);
  if (modifier !== undefined) throw new FhirError(400, 'not-supported', `the modifier of ${name} is not supported`);
  return parameter.kind === 'token' ? tokenTest(name, value) : dateTest(name, value);
}

function tokenTest(name: string, value: string): ElementTest {
  const token = parseToken(value);
  if (token === undefined) throw invalid(name, value, 'code, system|code, |code or system|');
  return (element) => tokenMatches(token, element);
}

function dateTest(name: string, value: string): ElementTest {
  const prefix: DatePrefix = DATE_PREFIXES.find((known) => value.startsWith(known)) ?? 'eq';
  // A plus sign that the client did not escape arrives as a space.
  const text = (value.startsWith(prefix) ? value.slice(prefix.length) : value).replace(' ', '+');
  const search = parseDateRange(text);
  if (search === undefined) {
    throw invalid(name, value, `a FHIR date such as 2024-03-01, with or without one of ${DATE_PREFIXES.join(' ')}`);
  }
  return (element) => {
    const range = rangeOfElement(element);
    return range !== undefined && dateMatches(prefix, range, search);
  };
}

function referenceTest(
  { targets }: SearchParameter,
  name: string,
  modifier: string | undefined,
  value: string,
  ownBase: string,
): ElementTest {
  if (modifier !== undefined && !/^[A-Z][A-Za-z]+$/.test(modifier)) {
    throw new FhirError(400, 'not-supported', `the modifier of ${name} is not supported`);
  }
  const parts = parseReference(unescapeValue(value), ownBase);
  if (parts === undefined) throw invalid(name, value, 'an id, Type/id or an absolute URL');
  const wanted = modifier === undefined ? parts : { ...parts, type: parts.type ?? modifier };
  const allowed = modifier === undefined ? targets : [modifier];
  return (element) => referenceMatches(wanted, allowed, element, ownBase);
}

function invalid(name: string, value: string, expected: string): FhirError {
  return new FhirError(400, 'value', `search parameter ${name}: expected ${expected}, got '${value}'`);
}
