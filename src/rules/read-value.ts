import type { FhirResource } from 'fhir/r4.js';
import type { CqlValue } from '../cql/engine.ts';
import { isResource } from '../fhir/bundle.ts';
import type { Facts } from './finding.ts';

/** The members of a list; a single value counts as a list of one, null as none. */
export const asList = (value: CqlValue | undefined): readonly CqlValue[] =>
  value == null ? [] : Array.isArray(value) ? value.filter((item) => item != null) : [value as CqlValue];

/** The elements of a tuple; a value that is none has none. */
export const asTuple = (value: CqlValue | undefined): { readonly [key: string]: CqlValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { [key: string]: CqlValue }) : {};

/** The text of a scalar. */
export const asText = (value: CqlValue | undefined): string | undefined =>
  value == null || typeof value === 'object' ? undefined : String(value);

/** YYYY-MM-DD of a full Date or DateTime; undefined for less than a day's precision. */
export const asDay = (value: CqlValue | undefined): string | undefined =>
  /^\d{4}-\d{2}-\d{2}/.exec(typeof value === 'string' ? value : '')?.[0];

/** The resources in a value, one or many. */
export const asResources = (value: CqlValue | undefined): readonly FhirResource[] =>
  asList(value).filter((item): item is FhirResource => isResource(item));

/** The elements of a tuple as words: what is null is absent, a list is joined. */
export const asFacts = (value: CqlValue | undefined): Facts =>
  Object.fromEntries(
    Object.entries(asTuple(value)).flatMap(([name, item]) => {
      const words = asList(item)
        .map(asWords)
        .filter((word) => word !== '');
      return words.length === 0 ? [] : [[name, [...new Set(words)].join(', ')]];
    }),
  );

const asWords = (value: CqlValue): string => {
  const text = asText(value);
  if (text !== undefined) return text;
  const { value: number, unit, display, code } = asTuple(value);
  if (number !== undefined) return [asText(number), unit === '1' ? undefined : asText(unit)].filter(Boolean).join(' ');
  return asText(display) ?? asText(code) ?? '';
};
