import { readFile } from 'node:fs/promises';
import { isMap, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../cql/problem.ts';

/** Where the deepest part of a path that exists begins in the file. */
export type PlaceOf = (path: readonly PropertyKey[]) => Pick<Problem, 'line' | 'column'>;

export type YamlResult<T> =
  | { readonly value: T; readonly problems: readonly []; readonly place: PlaceOf }
  | { readonly problems: readonly Problem[] };

/** Reads a YAML file by a schema; every fault comes back with the line and column of the part that is wrong. */
export const readYaml = async <S extends z.ZodType>(
  path: string,
  file: string,
  schema: S,
): Promise<YamlResult<z.output<S>>> => {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { problems: [{ file, message: 'expected this file, found none' }] };
  const parsed = parseYaml(text, file);
  return 'problems' in parsed ? parsed : checkYaml(parsed.raw, text, file, schema);
};

/** What the text of a YAML file holds, or its faults. */
export const parseYaml = (
  text: string,
  file: string,
): { readonly raw: unknown } | { readonly problems: readonly Problem[] } => {
  const { document, at } = documentOf(text);
  const faults: Problem[] = document.errors.map(({ message, pos }) => ({
    file,
    ...at(pos[0]),
    message: (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''),
  }));
  visit(document, {
    Alias: (_, alias) => {
      if (!alias.resolve(document))
        faults.push({
          file,
          ...at(alias.range?.[0]),
          message: `*${alias.source}: expected an anchor &${alias.source} above, found none`,
        });
    },
  });
  // Anchors stand for what cases repeat; the limit on them is against hostile files, which these are not.
  return faults.length > 0 ? { problems: faults } : { raw: document.toJS({ maxAliasCount: -1 }) };
};

/** What a YAML file of this text holds, checked by a schema. */
export const checkYaml = <S extends z.ZodType>(
  raw: unknown,
  text: string,
  file: string,
  schema: S,
): YamlResult<z.output<S>> => {
  const parsed = schema.safeParse(raw);
  const place = placeIn(text);
  if (parsed.success) return { value: parsed.data, problems: [], place };
  return {
    problems: parsed.error.issues.flatMap((issue) => {
      const problem = (message: string, where: readonly PropertyKey[]) => ({
        file,
        ...place(where),
        message: `${issue.path.join('.') || 'the file'}: ${message}`,
      });
      return issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => problem(`Unrecognized key: "${key}"`, [...issue.path, key]))
        : [problem(issue.message, issue.path)];
    }),
  };
};

/** Places are asked for where something is wrong: until then the text alone is kept, which is a tenth of its document. */
const placeIn = (text: string): PlaceOf => {
  let read: ReturnType<typeof documentOf> | undefined;
  return (where) => {
    read ??= documentOf(text);
    return read.at(offsetOf(read.document.contents, where));
  };
};

const documentOf = (text: string) => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const at = (offset: number | undefined): Pick<Problem, 'line' | 'column'> => {
    if (offset === undefined) return {};
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  return { document, at };
};

/** Where the deepest part of a path that exists begins. */
const offsetOf = (root: Node | null, path: readonly PropertyKey[]): number | undefined => {
  let node: unknown = root;
  let offset = root?.range?.[0];
  for (const key of path) {
    const pair = isMap(node)
      ? node.items.find((item) => String((item.key as { value?: unknown } | null)?.value) === String(key))
      : undefined;
    const next = (pair ? pair.value : isSeq(node) ? node.get(Number(key), true) : undefined) as Node | null | undefined;
    if (!pair && !next) break;
    offset = (pair?.key as Node | undefined)?.range?.[0] ?? next?.range?.[0] ?? offset;
    node = next;
  }
  return offset;
};
