import { AnnotatedError, Context } from 'cql-execution';

/** The parts of cql-execution's expressions that are looked into here; its own types do not name them. */
export interface Node {
  readonly localId?: string;
  readonly locator?: string;
  readonly arg?: Node;
  readonly args?: readonly Node[];
  execute: (context: Context) => unknown;
  exec: (context: Context) => unknown;
  getRecursiveLibraryIdentifier(context: Context): string;
}

/** How a node comes to its value: at once, or as a promise where something beneath it takes turns of the event loop. */
export type Answer = (context: Context) => unknown;

/**
 * Lets a node answer at once instead of after several turns of the event loop. What it throws, then or later, says where
 * it stands, as cql-execution has it.
 */
export const answerAtOnce = (node: Node, answer: Answer): void => {
  const annotated = (context: Context, thrown: unknown): unknown =>
    thrown instanceof AnnotatedError
      ? thrown
      : new AnnotatedError(
          thrown as Error,
          node.constructor.name,
          node.getRecursiveLibraryIdentifier(context),
          node.localId,
          node.locator,
        );
  node.execute = (context) => {
    try {
      const value = answer(context);
      if (!(value instanceof Promise)) return value;
      return value.catch((thrown: unknown) => {
        throw annotated(context, thrown);
      });
    } catch (thrown) {
      throw annotated(context, thrown);
    }
  };
};

/** What cql-execution makes of operands that are known. */
export const slowly = (node: Node, operands: unknown, context: Context): unknown =>
  node.exec.call(Object.assign(Object.create(node), { execArgs: () => operands }), context);

/** What comes of a value in a context, at once unless it is a promise. */
export const after = <T>(
  value: T | Promise<T>,
  context: Context,
  next: (value: T, context: Context) => unknown,
): unknown => (value instanceof Promise ? value.then((later) => next(later, context)) : next(value, context));

/** A computation in steps: each `yield` hands out what may be a promise and gets its value back. */
export type Steps<T = unknown> = Generator<unknown, T, unknown>;

/** Takes all steps at once, or from the first promise on after it. */
export const takeSteps = <T>(steps: Steps<T>): T | Promise<T> => {
  let step = steps.next();
  while (!step.done) {
    if (step.value instanceof Promise) return takeLater(steps, step.value);
    step = steps.next(step.value);
  }
  return step.value;
};

const takeLater = async <T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> => {
  let step = steps.next(await first);
  while (!step.done) step = steps.next(step.value instanceof Promise ? await step.value : step.value);
  return step.value;
};

/** The values of all nodes, one after the other. */
export const valuesOf = (nodes: readonly Node[], context: Context): unknown[] | Promise<unknown[]> => {
  const values: unknown[] = [];
  for (const node of nodes) {
    const value = node.execute(context);
    if (value instanceof Promise) return restOfValues(nodes, context, values, value);
    values.push(value);
  }
  return values;
};

const restOfValues = async (
  nodes: readonly Node[],
  context: Context,
  values: unknown[],
  pending: Promise<unknown>,
): Promise<unknown[]> => {
  values.push(await pending);
  for (const node of nodes.slice(values.length)) values.push(await node.execute(context));
  return values;
};

/**
 * The value kept for a key, made when it is first asked for. What fails is not kept, so that each who asks gets an error
 * of its own.
 */
export const keepValue = (kept: Map<unknown, unknown>, key: unknown, make: () => unknown): unknown => {
  const known = kept.get(key);
  if (known !== undefined || kept.has(key)) return known;
  const value = make();
  const keep = (made: unknown): void => {
    kept.set(key, made);
  };
  if (value instanceof Promise) value.then(keep, () => {});
  else keep(value);
  return value;
};

const noParameters = Object.freeze({});

/** What a child has of a context; the rest it finds in its parents. */
class Child {
  readonly parent: Context;
  readonly context_values: Readonly<Record<string, unknown>>;
  readonly _parameters = noParameters;

  constructor(parent: Context, values: Readonly<Record<string, unknown>>) {
    this.parent = parent;
    this.context_values = values;
  }

  /** Where a retrieve notes what it found, which nobody reads. */
  get evaluatedRecords(): unknown[] {
    return [];
  }
}
Object.setPrototypeOf(Child.prototype, Context.prototype);

/** A context as cql-execution's `childContext` makes it for a row or a call, without what only the context of a library needs. */
export const childOf = (parent: Context, values: unknown = null): Context =>
  new Child(parent, (values ?? {}) as Readonly<Record<string, unknown>>) as unknown as Context;
