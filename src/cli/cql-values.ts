import { isDeepStrictEqual } from 'node:util';
import type { Elm } from '../cql/elm.ts';
import type { CqlEngine, CqlValue, EvaluationContext } from '../cql/engine.ts';
import { CarehookError, messageOf } from '../errors.ts';
import { isResource } from '../fhir/bundle.ts';

/** What an engine said of a patient: a value or an error for each definition. */
export interface Results {
  readonly values: ReadonlyMap<string, CqlValue>;
  readonly errors: ReadonlyMap<string, string>;
  readonly cpuMs: number;
}

/**
 * The definitions of a library that are for others: no functions, and none that is private unless it is named.
 *
 * @throws CONFIG_INVALID when a named one is not there
 */
export const definitionsOf = (
  library: string,
  { library: { statements } }: Elm,
  named: readonly string[],
): readonly string[] => {
  const all = (statements?.def ?? []).filter(({ type, name, context }) => type !== 'FunctionDef' && name !== context);
  const missing = named.find((name) => !all.some((each) => each.name === name));
  if (missing !== undefined)
    throw new CarehookError(
      'CONFIG_INVALID',
      `--definition: expected a definition of ${library} (${all.map(({ name }) => name).join(', ')}), got "${missing}"`,
    );
  return named.length > 0 ? named : all.filter(({ accessLevel }) => accessLevel !== 'Private').map(({ name }) => name);
};

/** Evaluates definitions one by one; one that fails takes no other down. */
export const evaluateAll = async (
  engine: CqlEngine,
  context: () => EvaluationContext,
  library: string,
  definitions: readonly string[],
): Promise<Results> => {
  const values = new Map<string, CqlValue>();
  const errors = new Map<string, string>();
  const before = process.cpuUsage();
  const evaluation = engine.evaluate(context());
  for (const definition of definitions)
    try {
      values.set(definition, await evaluation.value(library, definition));
    } catch (thrown) {
      errors.set(definition, messageOf(thrown));
    }
  const { user, system } = process.cpuUsage(before);
  return { values, errors, cpuMs: (user + system) / 1000 };
};

/** The definition's value, or its error, of every engine by name; undefined when all agree. Errors are alike in any words. */
export const differenceIn = (
  definition: string,
  results: ReadonlyMap<string, Results>,
): Readonly<Record<string, CqlValue>> | undefined => {
  const [first, ...others] = [...results.values()];
  const agree = (a: Results, b: Results) =>
    a.errors.has(definition) || b.errors.has(definition)
      ? a.errors.has(definition) === b.errors.has(definition)
      : equal(a.values.get(definition), b.values.get(definition));
  if (!first || others.every((other) => agree(first, other))) return undefined;
  return Object.fromEntries(
    [...results].map(([name, { values, errors }]): [string, CqlValue] => {
      const error = errors.get(definition);
      return [name, error === undefined ? (values.get(definition) ?? null) : { error }];
    }),
  );
};

/** As JSON has them: 0 and −0 are one. */
const equal = (a: CqlValue | undefined, b: CqlValue | undefined): boolean =>
  isDeepStrictEqual(a, b) || isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));

/** The value with `Type/id` in place of each resource that has an id. */
export const withReferences = (value: CqlValue): CqlValue => {
  if (Array.isArray(value)) return value.map(withReferences);
  if (typeof value !== 'object' || value === null) return value;
  if (isResource(value) && value.id !== undefined) return `${value.resourceType}/${value.id}`;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withReferences(item as CqlValue)]));
};
