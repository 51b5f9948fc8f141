import { Code, Concept, type Context, Interval, Quantity } from 'cql-execution';
import * as elm from 'cql-execution/lib/elm/expressions.js';
import { equals } from 'cql-execution/lib/util/comparison.js';
import { after, type Node, type Steps, takeSteps, valuesOf } from './at-once.ts';
import type { Quick } from './quick-operators.ts';

/** An answer in steps, for what evaluates its parts one by one and not always all. */
export const stepwise =
  <N extends Node>(steps: (node: N, context: Context) => Steps): Quick =>
  (node: N) =>
  (context) =>
    takeSteps(steps(node, context));

type If = Node & Readonly<Record<'condition' | 'th' | 'els', Node>>;

const ifThenElse: Quick =
  ({ condition, th, els }: If) =>
  (context) =>
    after(condition.execute(context), context, (holds, same) => (holds ? th : els).execute(same));

interface Case extends Node {
  readonly comparand?: Node | null;
  readonly caseItems: readonly { readonly when: Node; readonly then: Node }[];
  readonly els: Node;
}

const caseSteps = function* ({ comparand, caseItems, els }: Case, context: Context): Steps {
  const compared = comparand && (yield comparand.execute(context));
  for (const item of caseItems) {
    const when = yield item.when.execute(context);
    if (comparand ? equals(when, compared) : when) return item.then.execute(context);
  }
  return els.execute(context);
};

const coalesceSteps = function* ({ args = [] }: Node, context: Context): Steps {
  for (const arg of args) {
    const value = yield arg.execute(context);
    const found = args.length === 1 && Array.isArray(value) ? value.find((item) => item != null) : value;
    if (found != null) return found;
  }
  return null;
};

interface Element {
  readonly name: string;
  readonly value?: Node | null;
}

type Values = Readonly<Record<string, unknown>>;

/** Makes something of the elements' values; undefined where an element has none. */
const made = (elements: readonly Element[], make: (values: Values) => unknown) => {
  const nodes = elements.flatMap(({ value }) => value ?? []);
  if (nodes.length !== elements.length) return undefined;
  const assemble = (values: readonly unknown[]): unknown => {
    const object: Record<string, unknown> = {};
    elements.forEach(({ name }, i) => {
      object[name] = values[i];
    });
    return make(object);
  };
  return (context: Context) => after<readonly unknown[]>(valuesOf(nodes, context), context, assemble);
};

const tupleOf = (values: Values): unknown => values;

const tuple: Quick = ({ elements }: Node & { readonly elements: readonly Element[] }) => made(elements, tupleOf);

interface Instance extends Node {
  readonly classType: string;
  readonly element: readonly Element[];
}

const instance: Quick = ({ classType, element }: Instance) => made(element, instanceOf[classType] ?? tupleOf);

const instanceOf: Readonly<Record<string, (values: Values) => unknown>> = {
  '{urn:hl7-org:elm-types:r1}Quantity': ({ value, unit }) => new Quantity(value as number, unit as string),
  '{urn:hl7-org:elm-types:r1}Code': ({ code, system, version, display }) =>
    new Code(code as string, system as string, version as string, display as string),
  '{urn:hl7-org:elm-types:r1}Concept': ({ codes, display }) => new Concept(codes as Code[], display as string),
};

interface IntervalNode
  extends Node,
    Partial<Readonly<Record<'low' | 'high', Node & { readonly asTypeSpecifier?: unknown }>>> {
  readonly lowClosed?: boolean;
  readonly highClosed?: boolean;
}

const interval: Quick = ({ low, high, lowClosed, highClosed }: IntervalNode) => {
  // A bound that is cast tells the type of an interval without bounds.
  if (lowClosed == null || highClosed == null || !low || !high || low.asTypeSpecifier || high.asTypeSpecifier)
    return undefined;
  const bounds = [low, high];
  const make = ([from, to]: readonly unknown[]): unknown =>
    new Interval(from as never, to as never, lowClosed, highClosed);
  return (context) => after<readonly unknown[]>(valuesOf(bounds, context), context, make);
};

const quantity: Quick =
  ({ value, unit }: Node & { readonly value: number; readonly unit: string }) =>
  () =>
    new Quantity(value, unit);

const list: Quick =
  ({ elements }: Node & { readonly elements: readonly Node[] }) =>
  (context) =>
    valuesOf(elements, context);

/** Expressions that put values together or choose among them, as cql-execution does it. */
export const quickForms: ReadonlyMap<unknown, Quick> = new Map<unknown, Quick>([
  [elm.If, ifThenElse],
  [elm.Case, stepwise(caseSteps)],
  [elm.Coalesce, stepwise(coalesceSteps)],
  [elm.Tuple, tuple],
  [elm.Instance, instance],
  [elm.Interval, interval],
  [elm.List, list],
  [elm.Quantity, quantity],
]);
