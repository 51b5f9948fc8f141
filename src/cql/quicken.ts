import type { Context, Library } from 'cql-execution';
import {
  AliasRef,
  FunctionRef,
  List,
  Literal,
  OperandRef,
  Property,
  Quantity,
  Query,
  QueryLetRef,
  Retrieve,
  ValueSetRef,
} from 'cql-execution/lib/elm/expressions.js';
import { getOrCompute } from '../get-or-compute.ts';
import { ModelObject } from './model-object.ts';
import { distinct } from './runtime/distinct.ts';

/** The parts of cql-execution's classes that are looked into here; its own types do not name them. */
interface Node {
  execute: (context: Context) => unknown;
  exec: (context: Context) => unknown;
}

export interface Shortcuts {
  /** What an evaluation keeps, found from any context within it. */
  readonly memoOf: (context: Context) => Map<unknown, Promise<unknown>>;
  /** Whether records find a type's resources by the codes of a value set at a path. */
  readonly isIndexed: (resourceType: string, path: string) => boolean;
}

/**
 * Gives the expressions of a library shorter ways to the same value: what only looks a name up answers at once instead of
 * after several turns of the event loop, a list of literals is made once, and a call finds its overload (FHIRHelpers has
 * two hundred of one name) by the type of its operand once. What is retrieved, as for each row of a `with`, is kept for the
 * evaluation; and doubles are told by a key instead of by immutable copies of everything.
 */
export const quicken = (library: Library, shortcuts: Shortcuts): void => {
  const seen = new Set<unknown>([library.source, ...Object.values(library.includes)]);
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    for (const child of Object.values(node)) visit(child);
    if (node instanceof Literal) answerAtOnce(node as never);
    else if (node instanceof AliasRef || node instanceof QueryLetRef || node instanceof OperandRef)
      lookUpAtOnce(node as never);
    else if (node instanceof Property) readAtOnce(node as never);
    else if (node instanceof List) keepIfConstant(node as never);
    else if (node instanceof FunctionRef) findOverloadOnce(node as never);
    else if (node instanceof Retrieve) retrieveOnce(node as never, shortcuts);
    else if (node instanceof Query) distinguishByKey(node as never);
  };
  visit(library);
};

const answerAtOnce = (node: Node & { readonly value: unknown }): void => {
  const { value } = node;
  node.execute = () => value;
};

const lookUpAtOnce = (node: Node & { readonly name: string }): void => {
  node.execute = (context) => context.get(node.name);
};

const readAtOnce = (node: Node & { readonly scope?: string; readonly source?: Node; readonly path: string }): void => {
  const { scope, source, path } = node;
  const slowly = node.execute.bind(node);
  const isName = source instanceof AliasRef || source instanceof OperandRef || source instanceof QueryLetRef;
  if (scope === undefined && !isName) return;
  node.execute = (context) => {
    const from = scope === undefined ? source?.execute(context) : context.get(scope);
    return from instanceof ModelObject ? (from.get(path) ?? null) : slowly(context);
  };
};

const keepIfConstant = (node: Node & { readonly elements: readonly Node[] }): void => {
  if (!node.elements.every((element) => element instanceof Literal || element instanceof Quantity)) return;
  let list: Promise<unknown> | undefined;
  const make = node.execute.bind(node);
  node.execute = (context) => {
    list ??= Promise.resolve(make(context));
    return list;
  };
};

interface RetrieveNode extends Node {
  readonly codes?: unknown;
  readonly datatype: string;
  readonly codeProperty?: string;
  recordMatchesCodesOrVS(record: unknown, codes: unknown): boolean;
}

const retrieveOnce = (node: RetrieveNode, { memoOf, isIndexed }: Shortcuts): void => {
  // Codes that are computed may depend on the row.
  if (node.codes !== undefined && node.codes !== null && !(node.codes instanceof ValueSetRef)) return;
  // The index has looked at the codes; cql-execution looks again.
  if (node.codes && node.codeProperty && isIndexed(node.datatype.replace(/^.*\}/, ''), node.codeProperty))
    node.recordMatchesCodesOrVS = () => true;
  const retrieve = node.exec.bind(node);
  node.exec = (context) => getOrCompute(memoOf(context), node, async () => retrieve(context));
};

const distinguishByKey = (node: Node & { isDistinct(): boolean; readonly aggregateClause: unknown }): void => {
  if (node.aggregateClause || !node.isDistinct()) return;
  const query = node.exec.bind(node);
  node.isDistinct = () => false;
  node.exec = async (context) => {
    const rows = await query(context);
    return Array.isArray(rows) ? distinct(rows) : rows;
  };
};

interface Function {
  readonly parameters: readonly { readonly name: string }[];
  readonly expression: Node & { readonly path?: string; readonly source?: unknown };
}

const findOverloadOnce = (
  node: Node & { readonly name: string; readonly library?: string; readonly args?: readonly Node[] },
): void => {
  const slowly = node.exec.bind(node);
  const [operand, ...others] = node.args ?? [];
  if (operand === undefined || others.length > 0 || node.library === undefined) return;
  const overloads = new Map<string, Function | undefined>();
  node.exec = async (context) => {
    const value = await operand.execute(context);
    const library = node.library as string;
    const found =
      value instanceof ModelObject
        ? getOrCompute(overloads, value.typeName(), () => overloadFor(context, library, node.name, value))
        : undefined;
    if (!found) return slowly(context);
    const [parameter] = found.parameters;
    if (
      found.expression instanceof Property &&
      found.expression.path === 'value' &&
      found.expression.source instanceof OperandRef
    )
      return (value as ModelObject).get('value') ?? null;
    const child = (context.getLibraryContext(library) as Context).childContext();
    child.set(parameter?.name as string, value);
    return found.expression.execute(child);
  };
};

/** The one function of a name for a value's type; undefined where several fit, which is for cql-execution to decide. */
const overloadFor = (context: Context, library: string, name: string, value: ModelObject): Function | undefined => {
  const all = ((context.get(library) as { getFunction(name: string): readonly Function[] } | undefined)?.getFunction(
    name,
  ) ?? []) as readonly (Function & {
    readonly parameters: readonly { operandTypeSpecifier?: never; operandType?: string }[];
  })[];
  const fitting = all.filter(({ parameters: [parameter, ...rest] }) => {
    const specifier = parameter?.operandTypeSpecifier ?? { name: parameter?.operandType, type: 'NamedTypeSpecifier' };
    return rest.length === 0 && parameter !== undefined && context.matchesTypeSpecifier(value, specifier as never);
  });
  return fitting.length === 1 ? fitting[0] : undefined;
};
