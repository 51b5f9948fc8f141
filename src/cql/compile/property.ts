import type { ElmNode } from '../elm.ts';
import { choiceName, elementType, type ModelInfo } from '../model-info.ts';
import { type Code, type Compiler, type Scope, UnsupportedNode } from './code.ts';
import {
  derivedNames,
  fromElement,
  fromSpecifier,
  isA,
  isAnyElement,
  isRaw,
  listOf,
  primitiveValue,
  system,
  type Type,
  unknown,
} from './type.ts';

/** An element read from a value: a path such as `period.start`, of a named alias or of an expression. */
export const compileProperty = (node: ElmNode, scope: Scope, c: Compiler): Code => {
  const path = String(node.path);
  const source = sourceOf(node, scope, c);
  const sibling = siblingOf(node, scope, c);
  if (sibling) return sibling;
  return path.split('.').reduce((code, step) => readElement(code, step, node, c), seen(source, c));
};

/** In trace mode a resource whose elements are read is noted by the clauses that do so. */
const seen = (source: Code, c: Compiler): Code =>
  c.traced && isA(c.model, source.type, 'FHIR.Resource') ? { ...source, js: `read(e, ${source.js})` } : source;

const sourceOf = (node: ElmNode, scope: Scope, c: Compiler): Code => {
  if (node.source) return c.value(node.source as ElmNode, scope);
  const alias = scope.names.get(String(node.scope));
  if (!alias) throw new UnsupportedNode(`Property of the unknown alias ${String(node.scope)}`, node);
  return alias;
};

/**
 * `birthDate.extension`: the id and the extensions of a FHIR primitive stand beside it, in `_birthDate` of its parent, so
 * that the path must say which parent that is.
 */
const siblingOf = (node: ElmNode, scope: Scope, c: Compiler): Code | undefined => {
  const path = String(node.path);
  const source = node.source as ElmNode | undefined;
  if (path !== 'id' && path !== 'extension') return undefined;
  if (source?.type !== 'Property' || String(source.path).includes('.')) return undefined;
  if (primitiveValue(c.model, c.value(source, scope).type) === undefined) return undefined;
  const parent = sourceOf(source, scope, c);
  const js = `${parent.js}?._${String(source.path)}?.${path}`;
  return path === 'id'
    ? { js, type: system('String') }
    : { js: `${c.rt('many')}(${js})`, type: listOf({ kind: 'named', name: 'FHIR.Extension' }) };
};

/** One element of a value. */
export const readElement = (source: Code, path: string, node: ElmNode, c: Compiler): Code => {
  const { js, type } = source;
  const value = primitiveValue(c.model, type);
  if (value !== undefined && path === 'value') return readPrimitive(js, value, c);
  switch (type.kind) {
    case 'tuple':
      return { js: `${js}?.${quoted(path)}`, type: type.elements[path] ?? declared(node) };
    case 'interval':
      return { js: `${js}?.${path}`, type: path.endsWith('Closed') ? system('Boolean') : type.of };
    case 'named':
      if (type.name.startsWith('System.')) return { js: `${js}?.${path}`, type: systemElement(type.name, path, node) };
      return fhirElement(
        isAnyElement(type) ? { js: `${c.rt('untagged')}(${js})`, type } : source,
        type.name,
        path,
        node,
        c,
      );
    default:
      // A choice, or a type that is not known: what the value says of itself decides.
      return { js: `${c.rt('elementOf')}(host.model, ${js}, ${quote(path)}, e)`, type: unknown };
  }
};

/** The declared type, where values of it tell their own type. */
const declared = (node: ElmNode): Type => fromSpecifier(node.resultTypeSpecifier ?? node.resultTypeName);

const systemElement = (type: string, path: string, node: ElmNode): Type => {
  switch (`${type}.${path}`) {
    case 'System.Quantity.value':
      return system('Decimal');
    case 'System.Ratio.numerator':
    case 'System.Ratio.denominator':
      return system('Quantity');
    case 'System.Concept.codes':
      return listOf(system('Code'));
    case 'System.Concept.display':
    case 'System.Quantity.unit':
    case 'System.Code.code':
    case 'System.Code.system':
    case 'System.Code.version':
    case 'System.Code.display':
      return system('String');
    default:
      throw new UnsupportedNode(`${path} of a ${type}`, node);
  }
};

const fhirElement = (source: Code, typeName: string, path: string, node: ElmNode, c: Compiler): Code => {
  const element = elementType(c.model, typeName, path);
  if (primitiveValue(c.model, source.type) !== undefined)
    throw new UnsupportedNode(`the ${path} of a FHIR primitive that is not read from its parent`, node);
  if (element === undefined) {
    if (isRaw(c.model, source.type)) throw new UnsupportedNode(`${path}, which ${typeName} does not have,`, node);
    return { js: `${c.rt('elementOf')}(host.model, ${source.js}, ${quote(path)}, e)`, type: unknown };
  }
  const type = fromElement(element);
  if (type.kind === 'choice')
    return { js: `${c.rt('choice')}(${source.js}, ${c.constant(choiceTable(path, type.of))})`, type };
  const js = `${source.js}?.${path}`;
  return { js: type.kind === 'list' ? `${c.rt('many')}(${js})` : js, type };
};

/** `value` of Observation as the names under which JSON holds it, with the type of each. */
const choiceTable = (path: string, types: readonly Type[]): string =>
  `[${choiceNames(path, types)
    .map(({ key, type }) => `[${quote(key)}, ${quote(type)}]`)
    .join(', ')}]`;

const choiceNames = (path: string, types: readonly Type[]) =>
  types.flatMap((type) => (type.kind === 'named' ? [{ key: choiceName(path, type.name), type: type.name }] : []));

/**
 * A choice read where one of its types is asked for, `O.value as FHIR.Quantity`: the element of that name itself, without
 * a tag. Undefined where the node is no choice read from its parent.
 */
export const choiceElement = (node: ElmNode, asked: string, scope: Scope, c: Compiler): string | undefined => {
  const found = elementsOfChoice(node, asked, scope, c)?.map(({ js }) => js);
  if (!found) return undefined;
  return found.length === 0 ? 'null' : found.length === 1 ? found[0] : `(${found.join(' ?? ')})`;
};

/** Whether a choice has a value of the type; a primitive that has only an extension is there too, without a value. */
export const isChoiceOf = (node: ElmNode, asked: string, scope: Scope, c: Compiler): string | undefined => {
  const found = elementsOfChoice(node, asked, scope, c);
  if (!found) return undefined;
  const tests = found.flatMap(({ js, sibling, type }) =>
    isPrimitive(c.model, type) ? [`${js} != null`, `${sibling} != null`] : [`${js} != null`],
  );
  return tests.length === 0 ? 'false' : `(${tests.join(' || ')})`;
};

const elementsOfChoice = (node: ElmNode, asked: string, scope: Scope, c: Compiler) => {
  const parent = parentOfChoice(node, scope, c);
  if (!parent) return undefined;
  const wanted = new Set(derivedNames(c.model, asked));
  return choiceNames(parent.path, parent.types)
    .filter(({ type }) => wanted.has(type))
    .map(({ key, type }) => ({ js: `${parent.js}?.${key}`, sibling: `${parent.js}?._${key}`, type }));
};

const parentOfChoice = (node: ElmNode, scope: Scope, c: Compiler) => {
  const path = String(node.path);
  if (node.type !== 'Property' || path.includes('.')) return undefined;
  const { js, type } = sourceOf(node, scope, c);
  if (type.kind !== 'named' || !type.name.startsWith('FHIR.')) return undefined;
  const element = elementType(c.model, type.name, path);
  if (element === undefined || typeof element === 'string') return undefined;
  const choice = fromElement(element);
  return choice.kind === 'choice' ? { js, path, types: choice.of } : undefined;
};

/**
 * Whether a path to a FHIR primitive leads nowhere. A primitive that has only an extension is there, without a value;
 * undefined where the node is no such path.
 */
export const absentPrimitive = (node: ElmNode, scope: Scope, c: Compiler): string | undefined => {
  const path = String(node.path);
  if (node.type !== 'Property' || path.includes('.') || path === 'value') return undefined;
  const parent = sourceOf(node, scope, c);
  if (parent.type.kind !== 'named' || !parent.type.name.startsWith('FHIR.')) return undefined;
  const element = elementType(c.model, parent.type.name, path);
  return typeof element === 'string' && isPrimitive(c.model, element)
    ? `${c.rt('isAbsent')}(${parent.js}, ${quote(path)}, ${quote(`_${path}`)})`
    : undefined;
};

const isPrimitive = (model: ModelInfo, name: string): boolean =>
  primitiveValue(model, { kind: 'named', name }) !== undefined;

/** The System value of a FHIR primitive. */
const readPrimitive = (js: string, value: string, c: Compiler): Code => {
  const type = system(value);
  switch (value) {
    case 'DateTime':
      return { js: `${c.rt('dateTimeValue')}(${js}, e)`, type };
    case 'Date':
      return { js: `${c.rt('dateValue')}(${js})`, type };
    case 'Time':
      return { js: `${c.rt('timeValue')}(${js})`, type };
    case 'String':
      return { js: `${c.rt('stringValue')}(${js})`, type };
    default:
      return { js, type };
  }
};

/** A text as JavaScript writes it; what marks a shared call is escaped, as an author's text may hold it. */
export const quote = (text: string): string =>
  JSON.stringify(text).replaceAll(/[\uE000\uE001]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);

/** A name as the key of an object; `__proto__` would be the object's prototype. */
export const objectKey = (name: string): string => (name === '__proto__' ? '["__proto__"]' : quote(name));

/** A key as it follows `?.`: bare where JavaScript allows it. */
const quoted = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : `[${quote(key)}]`);
