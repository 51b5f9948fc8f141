import { type Context, type Expression, type Library, Quantity } from 'cql-execution';
import { ModelObject } from './model-object.ts';

/** One `by` of a sort clause as cql-execution builds it; `expression` is absent where the items themselves are compared. */
interface SortItem {
  readonly expression?: Expression;
  /** −1 ascending, 1 descending. */
  readonly low_order: number;
  exec: (context: Context, a: unknown, b: unknown) => Promise<number>;
}

/**
 * Lets every sort clause of a library compare dates as moments. cql-execution compares their text, so that
 * `2020-01-01T23:00-05:00` comes before `2020-01-02T01:00Z`, and takes equal dates for unequal, so that what to sort by
 * next is never asked.
 */
export const mendSorting = (library: Library): void => {
  const seen = new Set<unknown>([library.source, ...Object.values(library.includes)]);
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    if (isSortItem(node)) mend(node);
    for (const child of Object.values(node)) visit(child);
  };
  visit(library);
};

const isSortItem = (node: object): node is SortItem => 'low_order' in node;

const mend = (item: SortItem): void => {
  const { expression, low_order } = item;
  item.exec = async (context, a, b) => {
    const [left, right] = expression
      ? [await expression.execute(itemContext(context, a)), await expression.execute(itemContext(context, b))]
      : [a, b];
    return compare(bare(left), bare(right)) * -low_order;
  };
};

/** Where the names in `sort by` are the item's elements; cql-execution finds those of a tuple by itself. */
const itemContext = (context: Context, item: unknown): Context => {
  const child = context.childContext(item as never);
  if (item instanceof ModelObject)
    child.get = (name: string) =>
      name === '$this' ? item : item.has(name) ? (item.get(name) ?? null) : context.get(name);
  return child;
};

/** Below 0 when the first comes first; null comes before everything, and what cannot be compared keeps its order. */
const compare = (a: unknown, b: unknown): number => {
  if (a == null || b == null) return a == null ? (b == null ? 0 : -1) : 1;
  if (isOrdered(a) && isOrdered(b)) {
    const [before, after] = [a.before(b), b.before(a)];
    if (before === true || after === true) return before ? -1 : 1;
    if (before === false && after === false) return 0;
  }
  // "2020" and "2020-05" are neither before nor after each other: by their text the less precise comes first.
  const [left, right] = [scalar(a), scalar(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** DateTime, Date and Quantity; null where the precision does not decide. */
interface Ordered {
  before(other: unknown): boolean | null;
}

const isOrdered = (value: unknown): value is Ordered => typeof (value as Partial<Ordered>).before === 'function';

const scalar = (value: unknown): number | string => (typeof value === 'number' ? value : String(value));

/** The translator lets `sort by issued` name a FHIR element and converts nothing. */
const bare = (value: unknown): unknown => {
  if (!(value instanceof ModelObject)) return value;
  const inner = value.get('value');
  return inner instanceof ModelObject
    ? new Quantity(inner.get('value') as number, (value.get('code.value') ?? value.get('unit.value') ?? '1') as string)
    : inner;
};
