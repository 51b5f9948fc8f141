import type { ElmNode } from '../elm.ts';
import type { Code, Compiler, Scope } from './code.ts';
import { isRaw } from './type.ts';

/** Nodes that are true or false and never null. */
const decided = new Set(['IsNull', 'Exists', 'IsTrue', 'IsFalse', 'Is', 'InValueSet', 'AnyInValueSet']);

const operandsOf = (node: ElmNode): readonly [ElmNode, ElmNode] => node.operand as [ElmNode, ElmNode];

/** JavaScript that is truthy exactly where the node is true: null and false are the same to a `where` or an `if`. */
export const compileTrue = (node: ElmNode, scope: Scope, c: Compiler): string => {
  if (!c.traced)
    switch (node.type) {
      case 'And': {
        const [left, right] = operandsOf(node);
        return `(${c.isTrue(left, scope)} && ${c.isTrue(right, scope)})`;
      }
      case 'Or': {
        const [left, right] = operandsOf(node);
        return `(${c.isTrue(left, scope)} || ${c.isTrue(right, scope)})`;
      }
      case 'Not':
        return c.isFalse(node.operand as ElmNode, scope);
      case 'IsTrue':
        return c.isTrue(node.operand as ElmNode, scope);
      case 'IsFalse':
        return c.isFalse(node.operand as ElmNode, scope);
      case 'Equal': {
        const sides = operandsOf(node).map((operand) => c.value(operand, scope));
        // A literal is never null, so that being identical to it is being equal.
        if (sides.some(isScalarLiteral) && sides.every(({ type }) => type.kind === 'named'))
          return `(${sides.map(({ js }) => js).join(' === ')})`;
        break;
      }
      case 'In': {
        const [element, list] = operandsOf(node);
        const set = scalarSet(list, c);
        const item = set === undefined ? undefined : c.value(element, scope);
        if (item?.type.kind === 'named') return `${set}.has(${item.js})`;
        break;
      }
    }
  const { js } = c.value(node, scope);
  return decided.has(String(node.type)) && !c.traced ? js : `(${js} === true)`;
};

/** JavaScript that is truthy exactly where the node is false. */
export const compileFalse = (node: ElmNode, scope: Scope, c: Compiler): string => {
  if (!c.traced)
    switch (node.type) {
      case 'And': {
        const [left, right] = operandsOf(node);
        return `(${c.isFalse(left, scope)} || ${c.isFalse(right, scope)})`;
      }
      case 'Or': {
        const [left, right] = operandsOf(node);
        return `(${c.isFalse(left, scope)} && ${c.isFalse(right, scope)})`;
      }
      case 'Not':
        return c.isTrue(node.operand as ElmNode, scope);
    }
  const { js } = c.value(node, scope);
  return decided.has(String(node.type)) && !c.traced ? `!${js}` : `(${js} === false)`;
};

const isScalarLiteral = ({ js }: Code): boolean => /^("(?:[^"\\]|\\.)*"|-?\d+(\.\d+)?|true|false)$/.test(js);

/** A constant Set for a list that holds nothing but literals of strings, numbers and truth values. */
const scalarSet = (list: ElmNode, c: Compiler): string | undefined => {
  if (list.type !== 'List') return undefined;
  const elements = ((list.element ?? []) as ElmNode[]).map((element) =>
    element.type === 'Literal' ? c.value(element, { names: new Map(), repeated: false }) : undefined,
  );
  return elements.every((element) => element !== undefined && isScalarLiteral(element) && !isRaw(c.model, element.type))
    ? c.constant(`new Set([${elements.map((element) => element?.js).join(', ')}])`)
    : undefined;
};
