import type { ElmNode } from '../elm.ts';
import { compileEquivalent, compileInValueSet, compileRetrieve } from './clinical.ts';
import { type Code, type Compiler, type Scope, UnsupportedNode } from './code.ts';
import { freeNames } from './free-names.ts';
import { commonType, compileOperator, compileUnion, declaredType } from './operator.ts';
import { absentPrimitive, compileProperty, quote, readElement } from './property.ts';
import { compileExistsOfQuery, compileFirstOfQuery, compileQuery } from './query.ts';
import {
  type Compile,
  compileDateTime,
  compileInstance,
  compileInterval,
  compileList,
  compileLiteral,
  compileQuantity,
  compileRatio,
  compileTuple,
} from './selectors.ts';
import { rowOf } from './shared-calls.ts';
import { fromSpecifier, listOf, system, typeText, unknown } from './type.ts';
import { coerce, compileAs, compileIs } from './types-of-values.ts';

/**
 * The expression for a node.
 *
 * @throws UnsupportedNode when there is none
 */
export const compileExpression: Compile = (node, scope, c) => {
  const compile = Object.hasOwn(expressions, String(node.type)) ? expressions[String(node.type)] : undefined;
  const code = compile
    ? compile(node, scope, c)
    : ((node.type === 'Equivalent' ? compileEquivalent(node, scope, c) : undefined) ?? compileOperator(node, scope, c));
  if (!code) throw new UnsupportedNode(String(node.type), node);
  return mayFail.has(String(node.type)) && typeof node.locator === 'string' && /^[\w$]+\(/.test(code.js)
    ? { js: `/* ${node.locator} */ ${code.js}`, type: code.type }
    : code;
};

/** Nodes whose place in the CQL stands before their call, where the stack of an error is looked up (place-of-error.ts). */
const mayFail = new Set(
  `Retrieve InValueSet AnyInValueSet ExpandValueSet SingletonFrom Message As Matches ReplaceMatches SplitOnMatches
  Add Subtract Multiply Divide Less LessOrEqual Greater GreaterOrEqual ConvertQuantity Expand`.split(/\s+/),
);

const only = (node: ElmNode): ElmNode => node.operand as ElmNode;
const both = (node: ElmNode): readonly [ElmNode, ElmNode] => node.operand as [ElmNode, ElmNode];
const many = (value: unknown): readonly ElmNode[] => (value ?? []) as readonly ElmNode[];
const boolean = system('Boolean');

const reference: Compile = (node, scope) => {
  const found = scope.names.get(String(node.name));
  if (!found) throw new UnsupportedNode(`${String(node.type)} to the unknown name ${String(node.name)}`, node);
  return found;
};

/** Branches of one type: the type that the ELM gives, or what they have in common. */
const branches = (node: ElmNode, nodes: readonly ElmNode[], scope: Scope, c: Compiler) => {
  const codes = nodes.map((each) => c.value(each, scope));
  const type = declaredType(node) ?? commonType(codes, c);
  return { type, js: codes.map((code) => coerce(code, type, c)) };
};

const conditional: Compile = (node, scope, c) => {
  const { type, js } = branches(node, [node.then as ElmNode, node.else as ElmNode], scope, c);
  return { js: `(${c.isTrue(node.condition as ElmNode, scope)} ? ${js[0]} : ${js[1]})`, type };
};

const cases: Compile = (node, scope, c) => {
  const items = many(node.caseItem);
  const otherwise = node.else as ElmNode;
  const { type, js } = branches(node, [...items.map(({ then }) => then as ElmNode), otherwise], scope, c);
  const comparand = node.comparand as ElmNode | undefined;
  const conditions = items.map(({ when }) =>
    comparand ? c.isTrue({ type: 'Equal', operand: [comparand, when] }, scope) : c.isTrue(when as ElmNode, scope),
  );
  return {
    js: `(\n${conditions.map((condition, i) => `  ${condition.replaceAll('\n', '\n  ')}\n    ? ${js[i]?.replaceAll('\n', '\n    ')}\n    :`).join('\n')} ${js.at(-1)}\n)`,
    type,
  };
};

const coalesce: Compile = (node, scope, c) => {
  const operands = many(node.operand);
  const { type, js } = branches(node, operands, scope, c);
  const single = operands.length === 1 ? c.value(operands[0] as ElmNode, scope) : undefined;
  if (single?.type.kind === 'list') return { js: `${c.rt('firstNonNull')}(${single.js})`, type: single.type.of };
  return { js: `(${js.join(' ?? ')} ?? null)`, type };
};

const functionCall: Compile = (node, scope, c) => {
  const operands = many(node.operand).map((operand) => c.value(operand, scope));
  const target = c.functionFor(node.libraryName as string | undefined, node, operands);
  const [first] = operands;
  if (target.readsValue && first && operands.length === 1 && !c.traced) {
    const operand = { js: coerce(first, target.operands[0] ?? unknown, c), type: target.operands[0] ?? unknown };
    return readElement(operand, 'value', node, c);
  }
  const args = operands.map((operand, i) => coerce(operand, target.operands[i] ?? unknown, c));
  const js = `${target.js}(${['e', ...args].join(', ')})`;
  const row = c.traced ? undefined : rowOf(scope.rows ?? [], freeNames(node));
  return { js: row ? row.add(js) : js, type: target.result };
};

const isNull: Compile = (node, scope, c) => {
  const absent = absentPrimitive(only(node), scope, c);
  if (absent === undefined) return { js: `(${c.value(only(node), scope).js} == null)`, type: boolean };
  return { js: c.traced ? `(${c.value(only(node), scope).js}, ${absent})` : absent, type: boolean };
};

const exists: Compile = (node, scope, c) => ({
  js: compileExistsOfQuery(only(node), scope, c) ?? `${c.rt('exists')}(${c.value(only(node), scope).js})`,
  type: boolean,
});

/** Three-valued logic whose second operand is computed only where the first does not decide. */
const lazily =
  (name: string): Compile =>
  (node, scope, c) => {
    const [left, right] = both(node);
    return { js: `${c.rt(name)}(${c.value(left, scope).js}, () => ${c.value(right, scope).js})`, type: boolean };
  };

const first: Compile = (node, scope, c) =>
  compileFirstOfQuery(node.source as ElmNode, scope, c) ?? (compileOperator(node, scope, c) as Code);

const toList: Compile = (node, scope, c) => {
  const { js, type } = c.value(only(node), scope);
  return { js: `${c.rt('toList')}(${js})`, type: listOf(type) };
};

const bound =
  (name: 'minValue' | 'maxValue'): Compile =>
  (node, _, c) => {
    const type = fromSpecifier(String(node.valueType));
    return { js: `${c.rt(name)}(${quote(typeText(type).replace('System.', ''))}, e.zone.offset)`, type };
  };

const calculateAge: Compile = (node, scope, c) => {
  const precision = String(node.precision).toLowerCase();
  const asOf = precision === 'year' || precision === 'month' ? 'e.today' : 'e.now';
  return {
    js: `${c.rt('calculateAgeAt')}(${c.value(only(node), scope).js}, ${asOf}, ${quote(precision)})`,
    type: system('Integer'),
  };
};

const reads =
  (js: string, name: string): Compile =>
  () => ({ js, type: system(name) });

const expressions: Readonly<Record<string, Compile>> = {
  Null: (node) => ({ js: 'null', type: declaredType(node) ?? unknown }),
  Literal: compileLiteral,
  Quantity: compileQuantity,
  Ratio: compileRatio,
  List: compileList,
  Tuple: compileTuple,
  Instance: compileInstance,
  Interval: compileInterval,
  If: conditional,
  Case: cases,
  Coalesce: coalesce,
  And: lazily('andThen'),
  Or: lazily('orElse'),
  Implies: lazily('impliesThen'),
  Not: (node, scope, c) => ({ js: `${c.rt('not')}(${c.value(only(node), scope).js})`, type: boolean }),
  IsTrue: (node, scope, c) => ({ js: c.isTrue(only(node), scope), type: boolean }),
  IsFalse: (node, scope, c) => ({ js: c.isFalse(only(node), scope), type: boolean }),
  IsNull: isNull,
  Exists: exists,
  First: first,
  As: compileAs,
  Is: compileIs,
  AliasRef: reference,
  QueryLetRef: reference,
  OperandRef: reference,
  IdentifierRef: (node, scope, c) => {
    const { item } = scope;
    if (!item) throw new UnsupportedNode(`the identifier ${String(node.name)}`, node);
    return node.name === '$this' ? item : readElement(item, String(node.name), node, c);
  },
  ExpressionRef: (node, _, c) => c.definition(node.libraryName as string | undefined, String(node.name)),
  FunctionRef: functionCall,
  ParameterRef: (node, _, c) => c.parameter(node.libraryName as string | undefined, String(node.name)),
  CodeRef: (node, _, c) => ({
    js: c.code(node.libraryName as string | undefined, String(node.name)),
    type: system('Code'),
  }),
  ConceptRef: (node, _, c) => ({
    js: c.concept(node.libraryName as string | undefined, String(node.name)),
    type: system('Concept'),
  }),
  Code: (node, _, c) => ({ js: c.inlineCode(node), type: system('Code') }),
  Concept: (node, _, c) => {
    const codes = many(node.code).map((code) => c.inlineCode(code));
    const display = node.display === undefined ? '' : `, ${quote(String(node.display))}`;
    return { js: c.constant(`${c.rt('newConcept')}([${codes.join(', ')}]${display})`), type: system('Concept') };
  },
  ExpandValueSet: (node, _, c) => {
    const set = only(node);
    if (set.type !== 'ValueSetRef') throw new UnsupportedNode('the expansion of a value set that is computed', node);
    return {
      js: `${c.rt('codesOf')}(${c.valueSet(set.libraryName as string | undefined, String(set.name))})`,
      type: listOf(system('Code')),
    };
  },
  Property: compileProperty,
  Query: compileQuery,
  Retrieve: compileRetrieve,
  InValueSet: compileInValueSet,
  AnyInValueSet: compileInValueSet,
  Union: compileUnion,
  Intersect: compileUnion,
  Except: compileUnion,
  ToList: toList,
  ToDateTime: (node, scope, c) => ({
    js: `${c.rt('toDateTime')}(${c.value(only(node), scope).js}, e.zone.offset)`,
    type: system('DateTime'),
  }),
  MinValue: bound('minValue'),
  MaxValue: bound('maxValue'),
  CalculateAge: calculateAge,
  DateTime: compileDateTime,
  Now: reads('e.now', 'DateTime'),
  Today: reads('e.today', 'Date'),
  TimeOfDay: reads('e.timeOfDay', 'Time'),
};
