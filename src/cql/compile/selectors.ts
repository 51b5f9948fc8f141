import type { ElmNode } from '../elm.ts';
import { type Code, type Compiler, type Scope, UnsupportedNode } from './code.ts';
import { commonType, declaredType } from './operator.ts';
import { objectKey, quote } from './property.ts';
import { fromSpecifier, intervalOf, listOf, modelName, system, unknown } from './type.ts';
import { coerce, itemType } from './types-of-values.ts';

/** What compiles nodes of a type. */
export type Compile = (node: ElmNode, scope: Scope, c: Compiler) => Code;

const many = (value: unknown): readonly ElmNode[] => (value ?? []) as readonly ElmNode[];

/** A literal. */
export const compileLiteral: Compile = (node) => {
  const type = modelName(String(node.valueType));
  const value = String(node.value);
  switch (type) {
    case 'System.String':
      return { js: quote(value), type: system('String') };
    case 'System.Boolean':
      return { js: value, type: system('Boolean') };
    case 'System.Long':
      return { js: `${value.replace(/L$/, '')}n`, type: system('Long') };
    case 'System.Integer':
    case 'System.Decimal':
      // "1.0" is written as it stands, so that an odd number keeps its digits for the reader.
      return { js: String(Number(value)), type: system(type.slice(7)) };
    default:
      throw new UnsupportedNode(`a literal of ${type}`, node);
  }
};

/** A list written out. */
export const compileList: Compile = (node, scope, c) => {
  const codes = many(node.element).map((element) => c.value(element, scope));
  const type = declaredType(node) ?? listOf(commonType(codes, c));
  return { js: `[${codes.map((code) => coerce(code, itemType(type), c)).join(', ')}]`, type };
};

/** A tuple written out. */
export const compileTuple: Compile = (node, scope, c) => {
  const elements = many(node.element).map(({ name, value }) => ({
    name: String(name),
    ...c.value(value as ElmNode, scope),
  }));
  return {
    js:
      elements.length === 0
        ? '({})'
        : `({\n${elements.map(({ name, js }) => `  ${objectKey(name)}: ${js.replaceAll('\n', '\n  ')},`).join('\n')}\n})`,
    type: { kind: 'tuple', elements: Object.fromEntries(elements.map(({ name, type }) => [name, type])) },
  };
};

/** An instance of a System type, `System.Quantity { value: … }`. */
export const compileInstance: Compile = (node, scope, c) => {
  const name = modelName(String(node.classType));
  const elements = many(node.element).map((element) => ({
    name: String(element.name),
    code: c.value(element.value as ElmNode, scope),
  }));
  const value = (element: string) => elements.find((each) => each.name === element)?.code.js ?? 'null';
  const type = fromSpecifier(String(node.classType));
  switch (name) {
    case 'System.Quantity':
      return { js: `${c.rt('newQuantity')}(${value('value')}, ${value('unit')})`, type };
    case 'System.Ratio':
      return { js: `${c.rt('newRatio')}(${value('numerator')}, ${value('denominator')})`, type };
    case 'System.Code':
      return { js: `${c.rt('newCode')}(${['code', 'system', 'version', 'display'].map(value).join(', ')})`, type };
    case 'System.Concept':
      return { js: `${c.rt('newConcept')}(${value('codes')}, ${value('display')})`, type };
  }
  throw new UnsupportedNode(`an instance of ${name}`, node);
};

/** An interval written out. */
export const compileInterval: Compile = (node, scope, c) => {
  const end = (name: 'low' | 'high'): Code =>
    node[name] ? c.value(node[name] as ElmNode, scope) : { js: 'null', type: unknown };
  const [low, high] = [end('low'), end('high')];
  const closed = (name: 'lowClosed' | 'highClosed') =>
    node[`${name}Expression`] ? c.value(node[`${name}Expression`] as ElmNode, scope).js : String(node[name] ?? true);
  const type = declaredType(node) ?? intervalOf(low.js === 'null' ? high.type : low.type);
  const point = type.kind === 'interval' ? type.of : unknown;
  // A cast that the author wrote has a type specifier; one that the translator put in has a name.
  const isCast = [node.low, node.high].some(
    (bound) => ((bound as ElmNode | undefined)?.asTypeSpecifier as ElmNode | undefined)?.type === 'NamedTypeSpecifier',
  );
  const name = point.kind === 'named' && point.name.startsWith('System.') ? quote(point.name.slice(7)) : 'undefined';
  return {
    js: `${c.rt('interval')}(${low.js}, ${high.js}, ${closed('lowClosed')}, ${closed('highClosed')}, ${name}${isCast ? '' : ', false'})`,
    type,
  };
};

/** A DateTime from its parts; without an offset it has that of the evaluation. */
export const compileDateTime: Compile = (node, scope, c) => {
  const part = (name: string) => (node[name] ? c.value(node[name] as ElmNode, scope).js : 'null');
  const parts = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'].map(part);
  const offset = node.timezoneOffset ? c.value(node.timezoneOffset as ElmNode, scope).js : 'e.zone.offset';
  return { js: `${c.rt('dateTime')}(${[...parts, offset].join(', ')})`, type: system('DateTime') };
};

/** A quantity written out, made when the library is linked. */
export const compileQuantity: Compile = (node, _, c) => ({
  js: c.constant(
    `${c.rt('newQuantity')}(${String(node.value ?? 'null')}, ${node.unit === undefined ? 'null' : quote(String(node.unit))})`,
  ),
  type: system('Quantity'),
});

/** A ratio written out. */
export const compileRatio: Compile = (node, scope, c) => {
  const part = (name: string) => c.value({ type: 'Quantity', ...(node[name] as object) }, scope).js;
  return { js: `${c.rt('newRatio')}(${part('numerator')}, ${part('denominator')})`, type: system('Ratio') };
};
