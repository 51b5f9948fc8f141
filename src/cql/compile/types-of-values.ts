import type { ElmNode } from '../elm.ts';
import type { Code, Compiler, Scope } from './code.ts';
import { choiceElement, isChoiceOf, quote } from './property.ts';
import { derivedNames, fromSpecifier, isA, isRaw, system, type Type, typeText } from './type.ts';

/** The expression as a value of another type: tagged where the type no longer tells, freed of its tag where it does. */
export const coerce = ({ js, type: from }: Code, to: Type, c: Compiler): string => {
  if (js === 'null') return js;
  const fromRaw = isRaw(c.model, from);
  if (isRaw(c.model, to)) return fromRaw ? js : `${c.rt('asFhir')}(${js}, ${namesOf(to, c)})`;
  if (fromRaw) return `${c.rt('tag')}(${quote(from.name)}, ${js})`;
  if (from.kind === 'list' && to.kind === 'list') {
    const item = coerce({ js: 'item', type: from.of }, to.of, c);
    return item === 'item' ? js : `${c.rt('mapList')}(${js}, (item) => ${item})`;
  }
  if (from.kind === 'tuple' && to.kind === 'tuple') {
    const elements = Object.entries(from.elements).map(([name, type]) => {
      const element = `tuple[${quote(name)}]`;
      return [name, element, coerce({ js: element, type }, to.elements[name] ?? type, c)] as const;
    });
    return elements.every(([, before, after]) => before === after)
      ? js
      : `${c.rt('mapTuple')}(${js}, (tuple) => ({ ${elements.map(([name, , after]) => `${quote(name)}: ${after}`).join(', ')} }))`;
  }
  return js;
};

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
    const js = `${c.rt('castTo')}(${coerce(code, { kind: 'unknown' }, c)}, ${test(type, node, c)}, ${quote(typeText(type))})`;
    return { js: isRaw(c.model, type) ? `${c.rt('untagged')}(${js})` : js, type };
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
    const tagged = coerce(code, type, c);
    return code.type.kind === 'choice' || code.type.kind === 'unknown' || type.kind === 'unknown'
      ? { js: tagged, type }
      : { js: tagged, type };
  }
  if (isRaw(c.model, type))
    return isRaw(c.model, code.type)
      ? { js: isA(c.model, code.type, type.name) || isA(c.model, type, code.type.name) ? js : 'null', type }
      : { js: `${c.rt('asFhir')}(${js}, ${namesOf(type, c)})`, type };
  if (type.kind === 'named' && type.name.startsWith('FHIR.')) {
    // A resource tells its type itself, and needs no test where the static type settles it.
    if (isA(c.model, code.type, type.name)) return { js, type };
    return { js: `${c.rt('asResource')}(${js}, ${namesOf(type, c)})`, type };
  }
  if (type.kind === 'list' && code.type.kind === 'list') return { js: coerce(code, type, c), type };
  if (typeText(type) === typeText(code.type)) return { js, type };
  return { js: `${c.rt('asSystem')}(${js}, ${test(type, node, c)})`, type };
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
  return { js: `${c.rt('isOfType')}(${code.js}, ${test(type, node, c)})`, type: result };
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
export const itemType = (type: Type): Type => (type.kind === 'list' ? type.of : { kind: 'unknown' });
