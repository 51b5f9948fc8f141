import type { Context } from 'cql-execution';
import * as elm from 'cql-execution/lib/elm/expressions.js';
import { childOf, type Node, type Steps } from './at-once.ts';
import { bare, type SortItem, sortValue } from './mend.ts';
import { stepwise } from './quick-forms.ts';
import type { Quick } from './quick-operators.ts';
import { distinct } from './runtime/distinct.ts';
import { compareForSort } from './runtime/sort.ts';

interface Query extends Node {
  readonly sources: readonly { readonly alias: string; readonly expression: Node }[];
  readonly letClauses: readonly { readonly identifier: string; readonly expression: Node }[];
  readonly relationship: readonly Node[];
  readonly where?: Node | null;
  readonly returnClause?: { readonly expression: Node } | null;
  readonly aggregateClause?: unknown;
  readonly sortClause?: { readonly by?: readonly SortItem[] } | null;
  isDistinct(): boolean;
}

const querySteps = function* (query: Query, context: Context): Steps {
  const lists: unknown[] = [];
  for (const { expression } of query.sources) lists.push(yield expression.execute(context));
  if (lists.every((list) => list == null)) return null;
  let rows: unknown[] = [];
  for (const values of combinations(lists.map(asList))) {
    const row = childOf(context);
    query.sources.forEach(({ alias }, i) => {
      row.set(alias, values[i]);
    });
    for (const { identifier, expression } of query.letClauses) row.set(identifier, yield expression.execute(row));
    let isKept = true;
    for (const relation of query.relationship) if (!(yield relation.execute(row))) isKept = false;
    if (isKept && query.where) isKept = Boolean(yield query.where.execute(row));
    if (isKept) rows.push(query.returnClause ? yield query.returnClause.expression.execute(row) : rowValue(query, row));
  }
  if (query.sortClause?.by) rows = yield* sorted(rows, query.sortClause.by, context);
  if (query.isDistinct()) rows = distinct(rows) as unknown[];
  return lists.some(Array.isArray) ? rows : rows[0];
};

const rowValue = ({ sources: [source, ...others] }: Query, row: Context): unknown =>
  source && others.length === 0 ? row.get(source.alias) : row.context_values;

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value == null ? [] : [value]);

const combinations = (lists: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] =>
  lists.length === 1
    ? (lists[0] ?? []).map((value) => [value])
    : lists.reduce<readonly (readonly unknown[])[]>(
        (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
        [[]],
      );

/** A row and what it is sorted by, as far as it was asked for. */
interface Sorted {
  readonly row: unknown;
  readonly keys: unknown[];
}

const sorted = function* (rows: readonly unknown[], by: readonly SortItem[], context: Context): Steps<unknown[]> {
  const merged = yield* mergeSorted(
    rows.map((row) => ({ row, keys: [] })),
    by,
    context,
  );
  return merged.map(({ row }) => row);
};

/** cql-execution's merge sort, step for step: where an order is not total, another algorithm has another result. */
const mergeSorted = function* (
  rows: readonly Sorted[],
  by: readonly SortItem[],
  context: Context,
): Steps<readonly Sorted[]> {
  if (rows.length < 2) return rows;
  const middle = Math.floor(rows.length / 2);
  const left = yield* mergeSorted(rows.slice(0, middle), by, context);
  const right = yield* mergeSorted(rows.slice(middle), by, context);
  const merged: Sorted[] = [];
  let [l, r] = [0, 0];
  for (;;) {
    const [a, b] = [left[l], right[r]];
    if (a === undefined || b === undefined) return [...merged, ...left.slice(l), ...right.slice(r)];
    const isFirst = (yield* order(a, b, by, context)) <= 0;
    merged.push(isFirst ? a : b);
    if (isFirst) l += 1;
    else r += 1;
  }
};

const order = function* (a: Sorted, b: Sorted, by: readonly SortItem[], context: Context): Steps<number> {
  for (const [i, item] of by.entries()) {
    if (!(i in a.keys)) a.keys[i] = bare(yield sortValue(item, context, a.row));
    if (!(i in b.keys)) b.keys[i] = bare(yield sortValue(item, context, b.row));
    const compared = compareForSort(a.keys[i], b.keys[i]) * -item.low_order;
    if (compared !== 0) return compared;
  }
  return 0;
};

interface With extends Node {
  readonly alias: string;
  readonly expression: Node;
  readonly suchThat: Node;
}

/** Every row is looked at, as cql-execution does, so that one that fails is told wherever it stands. */
const withSteps = function* ({ alias, expression, suchThat }: With, context: Context): Steps<boolean> {
  const found = yield expression.execute(context);
  let holds = false;
  for (const value of Array.isArray(found) ? found : [found]) {
    const row = childOf(context);
    row.set(alias, value);
    if (yield suchThat.execute(row)) holds = true;
  }
  return holds;
};

const withoutSteps = function* (node: With, context: Context): Steps<boolean> {
  return !(yield* withSteps(node, context));
};

const queryAnswer = stepwise(querySteps);

/** Queries without an aggregate; doubles are told by a key instead of by immutable copies of everything. */
export const quickQueries: ReadonlyMap<unknown, Quick> = new Map<unknown, Quick>([
  [elm.Query, (node) => ((node as Query).aggregateClause ? undefined : queryAnswer(node))],
  [elm.With, stepwise(withSteps)],
  [elm.Without, stepwise(withoutSteps)],
]);
