import { Concept, type Context } from 'cql-execution';
import { ThreeValuedLogic } from 'cql-execution/lib/datatypes/logic.js';
import { doAddition, doSubtraction } from 'cql-execution/lib/datatypes/quantity.js';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import * as elm from 'cql-execution/lib/elm/expressions.js';
import { doContains as isInInterval } from 'cql-execution/lib/elm/interval.js';
import { doContains as isInList } from 'cql-execution/lib/elm/list.js';
import { equals, equivalent } from 'cql-execution/lib/util/comparison.js';
import { overflowsOrUnderflows } from 'cql-execution/lib/util/math.js';
import { type Answer, after, type Node, slowly } from './at-once.ts';

/** Makes a node's answer; undefined where it has an unusual form, which is left to cql-execution. */
export type Quick = (node: never) => Answer | undefined;

/** Values of cql-execution say what they are. */
interface Operand {
  readonly isDate?: boolean;
  readonly isDateTime?: boolean;
  readonly isQuantity?: boolean;
  readonly isValueSet?: boolean;
  readonly length?: number;
  getDate?(): unknown;
  _is?(specifier: unknown): boolean;
}
type Value = (Operand & Readonly<Record<string, unknown>>) | null | undefined;

const unary =
  <N extends Node>(compute: (value: Value, node: N, context: Context) => unknown): Quick =>
  (node: N) => {
    const { arg } = node;
    const next = (value: unknown, context: Context): unknown => compute(value as Value, node, context);
    return arg && ((context) => after(arg.execute(context), context, next));
  };

const binary =
  <N extends Node>(compute: (left: Value, right: Value, node: N, context: Context) => unknown): Quick =>
  (node: N) => {
    const { args = [] } = node;
    const [left, right] = args;
    if (!left || !right || args.length !== 2) return undefined;
    return (context) => {
      const a = left.execute(context);
      if (a instanceof Promise)
        return a.then(async (first) => compute(first, (await right.execute(context)) as Value, node, context));
      const b = right.execute(context);
      return b instanceof Promise
        ? b.then((second) => compute(a as Value, second, node, context))
        : compute(a as Value, b as Value, node, context);
    };
  };

const ofSource =
  (compute: (value: unknown) => unknown): Quick =>
  ({ source }: Node & { readonly source?: Node }) =>
    source && ((context) => after(source.execute(context), context, compute));

type Typed = Node & {
  readonly asTypeSpecifier?: unknown;
  readonly isTypeSpecifier?: unknown;
  readonly strict?: boolean;
};

const asType = (value: Value, node: Typed, context: Context): unknown => {
  if (value == null) return null;
  if (context.matchesTypeSpecifier(value, node.asTypeSpecifier)) return value;
  return node.strict ? slowly(node, value, context) : null;
};

const isType = (value: Value, node: Typed, context: Context): unknown => {
  if (value === null) return false;
  return typeof value?._is === 'function'
    ? context.matchesTypeSpecifier(value, node.isTypeSpecifier)
    : slowly(node, value, context);
};

type Precise = Node & { readonly precision?: string };

const isIn = (item: Value, container: Value, { precision }: Precise): unknown => {
  if (container == null) return false;
  if (Array.isArray(container)) return isInList(container, item);
  return item == null ? null : isInInterval(container, item, precision);
};

const areEquivalent = (a: Value, b: Value, node: Node, context: Context): unknown => {
  if (a == null || b == null) return a == null && b == null;
  return a.isValueSet || b.isValueSet ? slowly(node, [a, b], context) : equivalent(a, b);
};

/** What is added to dates; numbers and the rest are left to cql-execution. */
const shifted = (shift: typeof doAddition): Quick =>
  binary((a, b, node, context) => {
    if (a == null || b == null) return null;
    if (!(a.isDate || a.isDateTime) || !b.isQuantity) return slowly(node, [a, b], context);
    const date = shift(a, b);
    return overflowsOrUnderflows(date) ? null : date;
  });

/** Quantities are left to cql-execution as it is mended, because not every two units compare. */
const comparing = <N extends Node>(compute: (left: Value, right: Value, node: N, context: Context) => unknown): Quick =>
  binary((a, b, node: N, context) =>
    a?.isQuantity || b?.isQuantity ? slowly(node, [a, b], context) : compute(a, b, node, context),
  );

const compared = (compare: (left: Uncertainty, right: Uncertainty) => unknown): Quick =>
  comparing((a, b) => compare(Uncertainty.from(a), Uncertainty.from(b)));

/** Relations that are a method of the first operand. */
const related = (method: 'sameOrAfter' | 'sameOrBefore' | 'overlaps'): Quick =>
  binary((a, b, { precision }: Precise) => {
    if (a == null || b == null) return null;
    const operand = a as unknown as Readonly<Record<string, (other: unknown, precision?: string) => unknown>>;
    return operand[method]?.(b, precision?.toLowerCase());
  });

/** Operators whose value depends on nothing but their operands, computed with cql-execution's own functions. */
export const quickOperators: ReadonlyMap<unknown, Quick> = new Map<unknown, Quick>([
  [elm.IsNull, unary((value) => value == null)],
  [elm.IsTrue, unary((value: unknown) => value === true)],
  [elm.IsFalse, unary((value: unknown) => value === false)],
  [elm.Not, unary((value: unknown) => ThreeValuedLogic.not(value as boolean | null))],
  [elm.And, binary((a: unknown, b: unknown) => ThreeValuedLogic.and(a as boolean | null, b as boolean | null))],
  [elm.Or, binary((a: unknown, b: unknown) => ThreeValuedLogic.or(a as boolean | null, b as boolean | null))],
  [elm.As, unary(asType)],
  [elm.Is, unary(isType)],
  [elm.In, comparing(isIn)],
  [elm.Equal, comparing((a, b) => equals(a, b))],
  [elm.Equivalent, comparing(areEquivalent)],
  [elm.Less, compared((a, b) => a.lessThan(b))],
  [elm.LessOrEqual, compared((a, b) => a.lessThanOrEquals(b))],
  [elm.Greater, compared((a, b) => a.greaterThan(b))],
  [elm.GreaterOrEqual, compared((a, b) => a.greaterThanOrEquals(b))],
  [elm.SameOrAfter, related('sameOrAfter')],
  [elm.SameOrBefore, related('sameOrBefore')],
  [elm.Overlaps, related('overlaps')],
  [elm.Add, shifted(doAddition)],
  [elm.Subtract, shifted(doSubtraction)],
  [
    elm.Concatenate,
    binary((a: unknown, b: unknown) => (a == null || b == null ? null : (a as string) + (b as string))),
  ],
  [elm.ToConcept, unary((value) => (value == null ? null : new Concept([value as never], value.display as never)))],
  [elm.DateFrom, unary((value) => (value == null ? null : value.getDate?.()))],
  [
    elm.Exists,
    unary((value) => (value ? (value as unknown as readonly unknown[]).some((item) => item != null) : false)),
  ],
  [elm.ToList, unary((value) => (value == null ? [] : [value]))],
  [elm.First, ofSource((list) => (Array.isArray(list) && list.length > 0 ? list[0] : null))],
  [elm.Last, ofSource((list) => (Array.isArray(list) && list.length > 0 ? list.at(-1) : null))],
  [elm.Today, () => (context) => context.getExecutionDateTime().getDate()],
  [elm.Now, () => (context) => context.getExecutionDateTime()],
]);
