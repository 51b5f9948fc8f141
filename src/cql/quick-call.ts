import type { Context } from 'cql-execution';
import { OperandRef, Property } from 'cql-execution/lib/elm/expressions.js';
import { after, childOf, type Node, slowly, valuesOf } from './at-once.ts';
import { ModelObject } from './model-object.ts';
import type { Quick } from './quick-operators.ts';

interface FunctionRef extends Node {
  readonly name: string;
  readonly library?: string;
}

interface Function {
  readonly parameters: readonly {
    readonly name: string;
    readonly operandTypeSpecifier?: unknown;
    readonly operandType?: string;
  }[];
  readonly expression?: Node & { readonly path?: string; readonly source?: unknown };
}

/**
 * Calls a function whose overload is plain: the one of its name with so many operands, or the one that fits the type of a
 * FHIR element, which is looked for once. Where several fit cql-execution decides.
 */
export const quickCall: Quick = (node: FunctionRef) => {
  const { args, library } = node;
  if (!args) return undefined;
  let candidates: readonly Function[] | undefined;
  const byType = new Map<string, Function | undefined>();
  const overloadOf = (values: readonly unknown[], context: Context): Function | undefined => {
    candidates ??= functionsOf(node, context).filter(({ parameters }) => parameters.length === values.length);
    if (candidates.length < 2) return candidates[0];
    const value = values[0];
    if (values.length !== 1 || !(value instanceof ModelObject)) return undefined;
    const type = value.typeName();
    const known = byType.get(type);
    if (known !== undefined || byType.has(type)) return known;
    const fitting = onlyFitting(candidates, value, context);
    byType.set(type, fitting);
    return fitting;
  };
  const call = (values: readonly unknown[], context: Context): unknown => {
    const overload = overloadOf(values, context);
    const body = overload?.expression;
    if (!overload || !body) return slowly(node, values, context);
    const value = values[0];
    if (value instanceof ModelObject && readsValue(body, values.length)) return value.get('value') ?? null;
    const within = childOf(library ? (context.getLibraryContext(library) as Context) : context);
    overload.parameters.forEach(({ name }, i) => {
      within.set(name, values[i]);
    });
    return body.execute(within);
  };
  return (context) => after<readonly unknown[]>(valuesOf(args, context), context, call);
};

const functionsOf = ({ name, library }: FunctionRef, context: Context): readonly Function[] => {
  const home = library ? (context.get(library) as { getFunction(name: string): unknown } | undefined) : context;
  return (home?.getFunction(name) ?? []) as readonly Function[];
};

/** As `FHIRHelpers.ToString` does with a code. */
const readsValue = (body: NonNullable<Function['expression']>, parameters: number): boolean =>
  parameters === 1 && body instanceof Property && body.path === 'value' && body.source instanceof OperandRef;

const onlyFitting = (candidates: readonly Function[], value: ModelObject, context: Context): Function | undefined => {
  const fitting = candidates.filter(({ parameters: [parameter] }) =>
    context.matchesTypeSpecifier(
      value,
      parameter?.operandTypeSpecifier ?? { name: parameter?.operandType, type: 'NamedTypeSpecifier' },
    ),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
};
