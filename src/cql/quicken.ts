import type { Context, Library } from 'cql-execution';
import * as elm from 'cql-execution/lib/elm/expressions.js';
import { after, answerAtOnce, keepValue, type Node } from './at-once.ts';
import { ModelObject } from './model-object.ts';
import { quickCall } from './quick-call.ts';
import { quickForms } from './quick-forms.ts';
import { type Quick, quickOperators } from './quick-operators.ts';
import { quickQueries } from './quick-query.ts';

export interface Shortcuts {
  /** What an evaluation keeps, found from any context within it. */
  readonly memoOf: (context: Context) => Map<unknown, unknown>;
  /** Whether records find a type's resources by the codes of a value set at a path. */
  readonly isIndexed: (resourceType: string, path: string) => boolean;
}

/**
 * Gives the expressions of a library shorter ways to the same value. cql-execution takes several turns of the event loop
 * for each, which costs far more than most values do: here they answer at once, and what has no shorter way, and what waits
 * for it, takes its turns as before. A call finds its overload (FHIRHelpers has two
 * hundred of one name) by the type of its operand once, and what is the same for every row, such as what a `with` retrieves,
 * is kept for the evaluation.
 */
export const quicken = (library: Library, shortcuts: Shortcuts): void => {
  const quick = new Map<unknown, Quick>([
    ...quickOperators,
    ...quickForms,
    ...quickQueries,
    ...names,
    [elm.Property, property],
    [elm.FunctionRef, quickCall],
    [elm.Retrieve, createRetrieve(shortcuts)],
    [elm.CodeRef, asBefore],
  ]);
  const seen = new Set<unknown>([library.source, ...Object.values(library.includes)]);
  const steady = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    for (const child of Object.values(node)) visit(child);
    if (node instanceof elm.Literal) {
      steady.add(node);
      answerWithLiteral(node as never);
      return;
    }
    const answer = quick.get(node.constructor)?.(node as never);
    if (!answer) return;
    const isSteady = mayBeSteady.has(node.constructor) && operandsOf(node).every((operand) => steady.has(operand));
    if (isSteady) steady.add(node);
    answerAtOnce(
      node as Node,
      isSteady ? (context) => keepValue(shortcuts.memoOf(context), node, () => answer(context)) : answer,
    );
  };
  visit(library);
};

/** Expressions that have one value throughout an evaluation when their operands have, such as `Today() - 2 years`. */
const mayBeSteady: ReadonlySet<unknown> = new Set<unknown>([
  ...quickOperators.keys(),
  elm.CodeRef,
  elm.Interval,
  elm.List,
  elm.Quantity,
]);

const operandsOf = (node: object): readonly unknown[] =>
  Object.values(node)
    .flat()
    .filter((part) => part instanceof elm.Expression);

const answerWithLiteral = (node: Node & { readonly value: unknown }): void => {
  const { value } = node;
  node.execute = () => value;
};

interface Named extends Node {
  readonly name: string;
  readonly library?: string;
}

const name: Quick =
  ({ name }: Named) =>
  (context) =>
    context.get(name);

const definition: Quick =
  ({ name, library }: Named) =>
  (context) => {
    const home = library ? (context.getLibraryContext(library) as Context) : context;
    const value: unknown = home.get(name);
    return value instanceof elm.Expression ? value.execute(home) : value;
  };

/** What a sort clause names, an element of the row. */
const identifier: Quick = (node: Named) => {
  const { name, library } = node;
  if (library || name.includes('.')) return undefined;
  return (context) => {
    const value: unknown = context.get(name);
    return typeof value === 'function' ? node.exec(context) : value;
  };
};

const parameter: Quick =
  ({ name, library }: Named) =>
  (context) => {
    const home = library ? (context.getLibraryContext(library) as Context) : context;
    return (home.getParameter(name) as Node | undefined)?.execute(home);
  };

const parameterValue: Quick = (node: Named) => {
  const { name } = node;
  return (context) => {
    const own: unknown = context.parameters[name];
    if (own !== undefined) return own;
    const parents: unknown = context.getParentParameter(name);
    if (parents == null) return node.exec(context);
    const { default: byDefault } = parents as { readonly default?: Node | null };
    return byDefault == null ? parents : byDefault.execute(context);
  };
};

const names: readonly (readonly [unknown, Quick])[] = [
  [elm.AliasRef, name],
  [elm.QueryLetRef, name],
  [elm.OperandRef, name],
  [elm.ExpressionRef, definition],
  [elm.IdentifierRef, identifier],
  [elm.ParameterRef, parameter],
  [elm.ParameterDef, parameterValue],
];

/** Takes its turns, the first time in an evaluation. */
const asBefore: Quick = (node: Node) => (context) => node.exec(context);

interface PropertyNode extends Node {
  readonly scope?: string;
  readonly source?: Node;
  readonly path: string;
}

const property: Quick = (node: PropertyNode) => {
  const { scope, source, path } = node;
  const read = (from: unknown, context: Context): unknown => {
    if (from == null) return null;
    if (from instanceof ModelObject) return from.get(path) ?? null;
    const value = (from as Readonly<Record<string, unknown>>)[path];
    if (value != null && typeof value !== 'function') return value;
    return node.exec.call(Object.assign(Object.create(node), { scope: null, source: from }), context);
  };
  if (scope != null) return (context) => read(context.get(scope), context);
  return source && ((context) => after(source.execute(context), context, read));
};

interface Retrieve extends Node {
  readonly codes?: unknown;
  readonly datatype: string;
  readonly codeProperty?: string;
  recordMatchesCodesOrVS(record: unknown, codes: unknown): boolean;
}

const createRetrieve =
  ({ memoOf, isIndexed }: Shortcuts): Quick =>
  (node: Retrieve) => {
    // Codes that are computed may depend on the row.
    if (node.codes !== undefined && node.codes !== null && !(node.codes instanceof elm.ValueSetRef)) return undefined;
    // The index has looked at the codes; cql-execution looks again.
    if (node.codes && node.codeProperty && isIndexed(node.datatype.replace(/^.*\}/, ''), node.codeProperty))
      node.recordMatchesCodesOrVS = () => true;
    return (context) => keepValue(memoOf(context), node, () => node.exec(context));
  };
