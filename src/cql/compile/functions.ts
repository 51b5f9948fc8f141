import type { Elm, ElmNode, ElmStatement } from '../elm.ts';
import type { ModelInfo } from '../model-info.ts';
import { type Code, UnsupportedNode } from './code.ts';
import { declaredType } from './operator.ts';
import { fromSpecifier, isA, modelName, named, type Type, typeText, unknown } from './type.ts';

/** The type of what a definition or function gives. */
export const typeOfStatement = (statement: ElmNode): Type => {
  const expression = statement.expression as ElmNode | undefined;
  const retrieve = expression?.operand as ElmNode | undefined;
  return (
    declaredType(statement) ??
    (expression && declaredType(expression)) ??
    (retrieve?.type === 'Retrieve' ? named(modelName(String(retrieve.dataType))) : unknown)
  );
};

/** The types of a function's operands. */
export const operandTypes = (def: ElmNode): readonly Type[] =>
  ((def.operand ?? []) as ElmNode[]).map(({ operandTypeSpecifier, operandType }) =>
    fromSpecifier(operandTypeSpecifier ?? operandType),
  );

/** A function by name and operand types, as CQL tells overloads apart. */
export const signatureOf = (def: ElmStatement): string => `${def.name}(${operandTypes(def).map(typeText).join(', ')})`;

/**
 * The function that a call means: by the signature that the translator wrote down, else by the types of the operands.
 *
 * @throws UnsupportedNode when there is none
 */
export const overload = (elm: Elm, node: ElmNode, operands: readonly Code[], model: ModelInfo): ElmStatement => {
  const count = operands.length;
  const candidates = (elm.library.statements?.def ?? []).filter(
    (each) => each.type === 'FunctionDef' && each.name === node.name && operandTypes(each).length === count,
  );
  if (candidates.length === 1) return candidates[0] as ElmStatement;
  const signature = node.signature as readonly unknown[] | undefined;
  const types =
    signature && signature.length === count ? signature.map(fromSpecifier) : operands.map(({ type }) => type);
  const matching = (fits: (wanted: Type, given: Type) => boolean) =>
    candidates.find((each) => operandTypes(each).every((wanted, i) => fits(wanted, types[i] ?? unknown)));
  const found =
    matching((wanted, given) => typeText(wanted) === typeText(given)) ??
    matching((wanted, given) => wanted.kind === 'named' && isA(model, given, wanted.name)) ??
    matching((wanted, given) => wanted.kind === 'unknown' || given.kind === 'unknown' || wanted.kind === given.kind);
  if (!found) throw new UnsupportedNode(`the function ${String(node.name)}(${types.map(typeText).join(', ')})`, node);
  return found;
};
