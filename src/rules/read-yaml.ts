import { readFile } from 'node:fs/promises';
import { isMap, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../cql/problem.ts';

export type YamlResult<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly problems: readonly Problem[] };

/** Reads a YAML file by a schema; every fault comes back with the line and column of the part that is wrong. */
export const readYaml = async <S extends z.ZodType>(
  path: string,
  file: string,
  schema: S,
): Promise<YamlResult<z.output<S>>> => {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { problems: [{ file, message: 'expected this file, found none' }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const at = (offset: number | undefined) => {
    if (offset === undefined) return {};
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(({ message, pos }) => ({
        file,
        ...at(pos[0]),
        message: message.split('\n')[0] ?? '',
      })),
    };
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: -1 }));
  if (parsed.success) return { value: parsed.data, problems: [] };
  return {
    problems: parsed.error.issues.map(({ path: where, message }) => ({
      file,
      ...at(offsetOf(document.contents, where)),
      message: `${where.join('.') || 'the file'}: ${message}`,
    })),
  };
};

/** Where the deepest part of a path that exists begins. */
const offsetOf = (root: Node | null, path: readonly PropertyKey[]): number | undefined => {
  let node: unknown = root;
  let offset = root?.range?.[0];
  for (const key of path) {
    const holder = node as { get?: (key: unknown, keep: true) => Node | undefined; items?: unknown[] } | undefined;
    const pair = isMap(node)
      ? node.items.find((item) => (item.key as { value?: unknown } | null)?.value === key)
      : undefined;
    const next = holder?.get?.(key, true);
    if (!next) break;
    offset = (pair?.key as Node | undefined)?.range?.[0] ?? next.range?.[0] ?? offset;
    node = next;
  }
  return offset;
};
