import { Code, Concept, Quantity, Ratio } from 'cql-execution';
import { type CodeSet, createCodeSet, hasCode } from '../../terminology/code-set.ts';
import type { ValueSet } from '../value-sets.ts';

type RawCoding = { readonly system?: string; readonly code?: string };

/** Whether a FHIR CodeableConcept has a coding that is in the set. */
export const conceptIn = (concept: unknown, set: CodeSet): boolean => {
  const coding = (concept as { coding?: unknown } | null | undefined)?.coding;
  if (coding == null) return false;
  // Requests hold null among the codings, and one object where the list should be.
  if (!Array.isArray(coding)) return codingIn(coding, set);
  for (const each of coding) if (codingIn(each, set)) return true;
  return false;
};

/** Whether a FHIR Coding is in the set. */
export const codingIn = (coding: unknown, set: CodeSet): boolean => {
  if (coding == null) return false;
  const { system, code } = coding as RawCoding;
  return hasCode(set, system, code);
};

/**
 * Whether a Code, a Concept, a text, or any of a list of them is in a value set; null is in none.
 *
 * @throws Error for a bare text that is in a value set of several code systems, since it does not say which it means
 */
export const inValueSet = (value: unknown, set: ValueSet): boolean => {
  if (value == null) return false;
  if (Array.isArray(value)) return value.some((each) => inValueSet(each, set));
  if (typeof value === 'string') return textIn(value, set);
  if (value instanceof Concept) return (value.codes ?? []).some((each: unknown) => inValueSet(each, set));
  return codingIn(value, set);
};

const textIn = (text: string, { codes, url }: ValueSet): boolean => {
  const found = codes.some(({ code }) => code === text);
  if (found && codes.some(({ system }) => system !== codes[0]?.system))
    throw new Error(`"${text}" has no code system, and the value set ${url} has several`);
  return found;
};

/** Whether a FHIR CodeableConcept has one of the codes: the same code of the same system, as written. */
export const conceptEquivalent = (concept: unknown, codes: readonly Code[]): boolean => {
  const coding = (concept as { coding?: unknown } | null | undefined)?.coding;
  if (coding == null) return false;
  if (!Array.isArray(coding)) return codingEquivalent(coding, codes);
  for (const each of coding) if (codingEquivalent(each, codes)) return true;
  return false;
};

/** Whether a FHIR Coding is one of the codes. */
export const codingEquivalent = (coding: unknown, codes: readonly Code[]): boolean => {
  if (coding == null) return false;
  const { system, code } = coding as RawCoding;
  for (const each of codes) if (each.code === code && (each.system ?? undefined) === (system ?? undefined)) return true;
  return false;
};

/** The codes of a value set. */
export const codesOf = ({ codes }: ValueSet): readonly Code[] =>
  codes.map(({ code, system, display }) => new Code(code, system, undefined, display));

/** Codes and the codes of concepts as a set to retrieve by. */
export const codeSetOf = (codes: readonly (Code | Concept)[]): CodeSet =>
  createCodeSet(codes.flatMap((each) => (each instanceof Concept ? (each.codes ?? []) : [each])));

/** Those of the resources whose element has one of the codes, whatever form the element has. */
export const withCodes = <T>(resources: readonly T[], read: (resource: T) => unknown, codes: unknown): readonly T[] => {
  const matches = matcher(codes);
  return resources.filter((resource) => {
    const element = read(resource);
    return element != null && [element].flat().some(matches);
  });
};

const matcher = (codes: unknown): ((element: unknown) => boolean) => {
  if (codes == null) return () => false;
  if (Array.isArray(codes)) {
    // Where codes are asked for by `in`, the translator makes a list of the list.
    const list = codes.flat().filter((each) => each != null) as readonly (Code | Concept)[];
    const set = codeSetOf(list);
    const texts = new Set(list.flatMap((each) => (each instanceof Code ? [each.code] : [])));
    return (element) => (typeof element === 'string' ? texts.has(element) : inConceptOrCoding(element, set));
  }
  const set = codes as ValueSet;
  return (element) => (typeof element === 'string' ? textIn(element, set) : inConceptOrCoding(element, set));
};

const inConceptOrCoding = (element: unknown, set: CodeSet): boolean =>
  'coding' in (element as object) ? conceptIn(element, set) : codingIn(element, set);

/** A Quantity of CQL; null without a value. */
export const newQuantity = (value: unknown, unit: unknown): Quantity | null =>
  typeof value === 'number' ? new Quantity(value, (unit as string | null | undefined) ?? '1') : null;

/** A Ratio of CQL. */
export const newRatio = (numerator: unknown, denominator: unknown): Ratio | null =>
  numerator == null || denominator == null ? null : new Ratio(numerator as Quantity, denominator as Quantity);

/** A Code of CQL. */
export const newCode = (code: unknown, system?: unknown, version?: unknown, display?: unknown): Code =>
  new Code(
    code as string,
    (system ?? undefined) as string | undefined,
    (version ?? undefined) as string | undefined,
    (display ?? undefined) as string | undefined,
  );

/** A Concept of CQL. */
export const newConcept = (codes: unknown, display?: unknown): Concept =>
  new Concept((codes ?? []) as Code[], (display ?? undefined) as string | undefined);
