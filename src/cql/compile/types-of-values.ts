import type { ElmNode } from '../elm.ts';
import { type Code, type Compiler, type Scope, UnsupportedNode } from './code.ts';
import { choiceElement, isChoiceOf, objectKey, quote } from './property.ts';
import {
  derivedNames,
  fromSpecifier,
  isA,
  isAnyElement,
  isRaw,
  primitiveValue,
  system,
  type Type,
  typeText,
  unknown,
} from './type.ts';

/** The expression as a value of another type: tagged where the type no longer tells, freed of its tag where it does. */
export const coerce = ({ js, type: from }: Code, to: Type, c: Compiler): string => {
  if (js === 'null') return js;
  if (isAnyElement(to) && typesIn(from).some((type) => primitiveValue(c.model, type) !== undefined))
    throw new UnsupportedNode('a FHIR primitive as an Element, whose extensions stand beside it,');
  const fromRaw = isRaw(c.model, from);
  if (isRaw(c.model, to)) return fromRaw ? js : `${c.rt('asFhir')}(${js}, ${namesOf(to, c)})`;
  if (fromRaw) return `${c.rt('tag')}(${quote(from.name)}, ${js})`;
  // What is not known to be a list or a tuple holds values that tell their own types.
  if (from.kind === 'list' || to.kind === 'list') {
    const item = coerce({ js: 'item', type: itemType(from) }, itemType(to), c);
    return item === 'item' ? js : `${c.rt('mapList')}(${js}, (item) => ${item})`;
  }
  if (from.kind === 'tuple' || to.kind === 'tuple') {
    const [given, wanted] = [from, to].map((type) => (type.kind === 'tuple' ? type.elements : undefined));
    const elements = Object.keys({ ...wanted, ...given }).map((name) => {
      const element = `tuple[${quote(name)}]`;
      const type = given?.[name] ?? unknown;
      return [name, element, coerce({ js: element, type }, wanted ? (wanted[name] ?? type) : unknown, c)] as const;
    });
    return elements.every(([, before, after]) => before === after)
      ? js
      : `${c.rt('mapTuple')}(${js}, (tuple) => ({ ${elements.map(([name, , after]) => `${objectKey(name)}: ${after}`).join(', ')} }))`;
  }
  return js;
};

const typesIn = (type: Type): readonly Type[] => (type.kind === 'choice' ? type.of : [type]);

const namesOf = (type: { readonly name: string }, c: Compiler): string =>
  c.constant(`new Set(${JSON.stringify(derivedNames(c.model, type.name))})`);

const target = (node: ElmNode, kind: 'as' | 'is'): Type =>
  fromSpecifier(node[`${kind}TypeSpecifier`] ?? node[`${kind}Type`]);

/** `x as T`: null where the value is of another type, an error where the cast is strict. */
export const compileAs = (node: ElmNode, scope: Scope, c: Compiler): Code => {
  const operand = node.operand as ElmNode;
  const type = target(node, 'as');
  if (node.strict === true) {
    const code = c.value(operand, scope);
    const js = `${c.rt('castTo')}(${coerce(code, unknown, c)}, ${test(type, node, c)}, ${quote(typeText(type))})`;
    return { js: coerce({ js, type: unknown }, type, c), type };
  }
  if (isRaw(c.model, type) && !c.traced) {
    const element = choiceElement(operand, type.name, scope, c);
    if (element !== undefined) return { js: element, type };
  }
  const code = c.value(operand, scope);
  const { js } = code;
  if (js === 'null') return { js, type };
  if (type.kind === 'unknown' || type.kind === 'choice') {
    // To a choice nothing is lost; a choice that does not name the value's type gives null.
    return { js: coerce(code, type, c), type };
  }
  if (isRaw(c.model, type))
    return isRaw(c.model, code.type)
      ? { js: isA(c.model, code.type, type.name) || isA(c.model, type, code.type.name) ? js : 'null', type }
      : { js: `${c.rt('asFhir')}(${js}, ${namesOf(type, c)})`, type };
  if (type.kind === 'named' && type.name.startsWith('FHIR.')) {
    // A resource tells its type itself, and needs no test where the static type settles it.
    if (isA(c.model, code.type, type.name) || isAnyElement(type)) return { js: coerce(code, type, c), type };
    return { js: `${c.rt('asResource')}(${js}, ${namesOf(type, c)})`, type };
  }
  if (type.kind === code.type.kind && (type.kind === 'list' || type.kind === 'tuple'))
    return { js: coerce(code, type, c), type };
  if (typeText(type) === typeText(code.type)) return { js, type };
  const told = { js: `${c.rt('asSystem')}(${coerce(code, unknown, c)}, ${test(type, node, c)})`, type: unknown };
  return { js: coerce(told, type, c), type };
};

/** `x is T`. */
export const compileIs = (node: ElmNode, scope: Scope, c: Compiler): Code => {
  const operand = node.operand as ElmNode;
  const type = target(node, 'is');
  const result = system('Boolean');
  if (isRaw(c.model, type) && !c.traced) {
    const js = isChoiceOf(operand, type.name, scope, c);
    if (js !== undefined) return { js, type: result };
  }
  const code = c.value(operand, scope);
  if (isRaw(c.model, code.type))
    return {
      js: type.kind === 'named' && isA(c.model, code.type, type.name) ? `(${code.js} != null)` : 'false',
      type: result,
    };
  return { js: `${c.rt('isOfType')}(${coerce(code, unknown, c)}, ${test(type, node, c)})`, type: result };
};

/** A function that tells whether a value, which names its own type, is of a type. */
const test = (type: Type, node: ElmNode, c: Compiler): string => {
  switch (type.kind) {
    case 'named':
      return type.name.startsWith('FHIR.')
        ? `${c.rt('isFhir')}(${namesOf(type, c)})`
        : `${c.rt('isSystem')}(${quote(type.name.slice(7))})`;
    case 'list':
      return `${c.rt('isListOf')}(${test(type.of, node, c)})`;
    case 'interval':
      return `${c.rt('isIntervalOf')}(${test(type.of, node, c)})`;
    case 'tuple':
      return `${c.rt('isTuple')}(${JSON.stringify(Object.keys(type.elements))})`;
    case 'choice':
      return `${c.rt('isAnyOf')}([${type.of.map((each) => test(each, node, c)).join(', ')}])`;
    default:
      return `${c.rt('isAnything')}`;
  }
};

/** The type of what a list holds. */
export const itemType = (type: Type): Type => (type.kind === 'list' ? type.of : unknown);
