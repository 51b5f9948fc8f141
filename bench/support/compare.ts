import { isDeepStrictEqual } from 'node:util';
import type { Answers } from './engines.ts';

/** Where answers differ, in words; of what only one of the two was asked nothing is said. */
export const differences = (
  where: string,
  [leftName, left]: readonly [string, Answers],
  [rightName, right]: readonly [string, Answers],
): readonly string[] =>
  Object.entries(left).flatMap(([library, values]) =>
    Object.entries(values).flatMap(([definition, value]) => {
      if (!Object.hasOwn(right[library] ?? {}, definition)) return [];
      const other = right[library]?.[definition];
      return isDeepStrictEqual(plain(value), plain(other))
        ? []
        : `${where} ${library}."${definition}": ${leftName} ${text(value)}, ${rightName} ${text(other)}`;
    }),
  );

/** As JSON carries it, keys sorted; two errors are the same, whatever their words. */
const plain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map(plain);
  if ('error' in value) return { error: true };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};

const text = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 160);
