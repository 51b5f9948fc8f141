import { type Context, type Expression, Interval, type Library, Quantity } from 'cql-execution';
import { Greater, GreaterOrEqual, Less, LessOrEqual } from 'cql-execution/lib/elm/comparison.js';
import { Flatten } from 'cql-execution/lib/elm/list.js';
import {
  After,
  Before,
  Contains,
  Equal,
  Equivalent,
  In,
  IncludedIn,
  Includes,
  Intersect,
  Union,
} from 'cql-execution/lib/elm/overloaded.js';
import { Query } from 'cql-execution/lib/elm/query.js';
import { childOf } from './at-once.ts';
import { ModelObject } from './model-object.ts';
import { intervalIntersect, intervalUnion } from './runtime/interval-algebra.ts';
import { flatten } from './runtime/list.ts';
import { isMolarAgainstOther, unitOf } from './runtime/quantity.ts';
import { compareForSort } from './runtime/sort.ts';

/**
 * Lets every sort clause of a library, without those it includes, compare dates as moments. cql-execution compares their
 * text, so that `2020-01-01T23:00-05:00` comes before `2020-01-02T01:00Z`, takes equal dates for unequal, so that what to
 * sort by next is never asked, and throws where a list that is sorted holds null.
 */
export const mendSorting = (library: Library): void => {
  forEachNode(library, (node) => {
    if (isSortItem(node)) mendSortItem(node);
  });
};

/**
 * Lets every `flatten` of a library, without those it includes, leave null lists out. cql-execution gives its argument as
 * it came where one list is null, so that nothing in the other lists is found.
 */
export const mendFlatten = (library: Library): void => {
  forEachNode(library, (node) => {
    if (node instanceof Flatten) node.exec = async (context) => flatten(await node.execArgs(context));
  });
};

/**
 * Lets a query without a return keep what its sources hold twice, as the reference implementation and the conformance
 * expressions do; cql-execution takes it for a return of distinct rows.
 */
export const mendDistinct = (library: Library): void => {
  forEachNode(library, (node) => {
    if (node instanceof Query && !node.returnClause && !node.aggregateClause) node.isDistinct = () => false;
  });
};

/**
 * Lets every union and intersection of two intervals be the same in either order. Where two bounds do not compare, as
 * `2020` and `2020-05` or a date and a null, cql-execution takes that of the first interval, whatever it says.
 */
export const mendIntervals = (library: Library): void => {
  forEachNode(library, (node) => {
    if (node instanceof Union) mendOperator(node, intervalUnion);
    else if (node instanceof Intersect) mendOperator(node, intervalIntersect);
  });
};

/**
 * Lets no comparison of a ratio of moles with another unit be true or false: cql-execution makes 8.6 % of 86 mmol/mol, so that
 * a hemoglobin A1c of 10.0 % would not be at least 9 %.
 */
export const mendMolarRatios = (library: Library): void => {
  forEachNode(library, (node) => {
    if (comparisons.some((comparison) => node instanceof comparison))
      mendArguments(node as Less, (a, b) => (neverCompare(a, b) ? null : undefined));
    else if (node instanceof Equivalent) mendArguments(node, (a, b) => (neverCompare(a, b) ? false : undefined));
  });
};

const comparisons = [
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  Equal,
  In,
  Contains,
  IncludedIn,
  Includes,
  Before,
  After,
];

const neverCompare = (a: unknown, b: unknown): boolean =>
  quantitiesIn(a).some((one) => quantitiesIn(b).some((other) => isMolarAgainstOther(unitOf(one), unitOf(other))));

/** A quantity, or the bounds of an interval that are quantities. */
const quantitiesIn = (value: unknown): readonly Quantity[] =>
  value instanceof Quantity
    ? [value]
    : value instanceof Interval
      ? [value.low, value.high].filter((bound) => bound instanceof Quantity)
      : [];

const mendOperator = (node: Union | Intersect, combine: typeof intervalUnion): void =>
  mendArguments(node, (a, b) => (a instanceof Interval && b instanceof Interval ? combine(a, b) : undefined));

/** Lets an operator of two arguments give what is said of them; of undefined it gives what it gave before. */
const mendArguments = (node: Expression, answer: (a: unknown, b: unknown) => unknown): void => {
  const { exec } = node;
  // `this`, which may be a copy of the node whose arguments are known.
  node.exec = async function (this: Expression, context) {
    const [a, b] = await this.execArgs(context);
    const answered = answer(a, b);
    if (answered !== undefined) return answered;
    return exec.call(Object.assign(Object.create(this), { execArgs: () => [a, b] }), context);
  };
};

const forEachNode = (library: Library, each: (node: object) => void): void => {
  const seen = new Set<unknown>([library.source, ...Object.values(library.includes)]);
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    each(node);
    for (const child of Object.values(node)) visit(child);
  };
  visit(library);
};

/** One `by` of a sort clause as cql-execution builds it; `expression` is absent where the items themselves are compared. */
export interface SortItem {
  readonly expression?: Expression;
  /** −1 ascending, 1 descending. */
  readonly low_order: number;
  exec: (context: Context, a: unknown, b: unknown) => Promise<number>;
}

const isSortItem = (node: object): node is SortItem => 'low_order' in node;

const mendSortItem = (item: SortItem): void => {
  item.exec = async (context, a, b) => {
    const left = await sortValue(item, context, a);
    const right = await sortValue(item, context, b);
    return compareForSort(bare(left), bare(right)) * -item.low_order;
  };
};

/** What an item is sorted by; a promise where its expression takes turns of the event loop. */
export const sortValue = ({ expression }: SortItem, context: Context, item: unknown): unknown =>
  expression ? expression.execute(itemContext(context, item)) : item;

/** Where the names in `sort by` are the item's elements; cql-execution finds those of a tuple by itself. */
const itemContext = (context: Context, item: unknown): Context => {
  const child = childOf(context, item);
  if (item instanceof ModelObject)
    child.get = (name: string) =>
      name === '$this' ? item : item.has(name) ? (item.get(name) ?? null) : context.get(name);
  return child;
};

/** The translator lets `sort by issued` name a FHIR element and converts nothing. */
export const bare = (value: unknown): unknown => {
  if (!(value instanceof ModelObject)) return value;
  const inner = value.get('value');
  return inner instanceof ModelObject
    ? new Quantity(inner.get('value') as number, (value.get('code.value') ?? value.get('unit.value') ?? '1') as string)
    : inner;
};
