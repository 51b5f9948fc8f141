import type { ElmNode } from '../elm.ts';
import { elementType } from '../model-info.ts';
import { type Code, type Compiler, type Scope, UnsupportedNode } from './code.ts';
import { quote } from './property.ts';
import { fromElement, listOf, modelName, named, system, type Type, unknown } from './type.ts';

/** `[Condition: code in "Diabetes"]`: looked up in the record's index, once an evaluation for all libraries. */
export const compileRetrieve = (node: ElmNode, scope: Scope, c: Compiler): Code => {
  const name = modelName(String(node.dataType));
  if (!name.startsWith('FHIR.')) throw new UnsupportedNode(`a retrieve of ${name}`, node);
  for (const part of ['dateProperty', 'dateRange', 'idProperty', 'id', 'contextProperty', 'context'])
    if (node[part] !== undefined) throw new UnsupportedNode(`a retrieve with ${part}`, node);
  for (const part of ['include', 'codeFilter', 'dateFilter', 'otherFilter'])
    if (((node[part] ?? []) as unknown[]).length > 0) throw new UnsupportedNode(`a retrieve with ${part}`, node);
  const resourceType = name.slice(5);
  const type = listOf(named(name));
  const path = node.codeProperty as string | undefined;
  const codes = node.codes as ElmNode | undefined;
  const retrieve = (rest: string) => `${c.constant(`host.retrieve(${quote(resourceType)}${rest})`)}(e)`;
  if (codes === undefined || path === undefined) return { js: retrieve(''), type };

  const elements = codedElements(path, elementType(c.model, name, path));
  // A function of its own for each retrieve, which JavaScript engines make quick for the resources that it sees.
  const read = `(each) => ${(elements.length > 0 ? elements : [path]).map((element) => `each.${element}`).join(' ?? ')}`;
  const set =
    codes.type === 'ValueSetRef'
      ? c.valueSet(codes.libraryName as string | undefined, String(codes.name))
      : constantCodes(codes, c);
  if (set !== undefined && elements.length > 0) return { js: retrieve(`, ${quote(path)}, ${set}, ${read}`), type };
  // A bare code such as Patient.gender has no system that an index could know.
  const all = retrieve('');
  const filter = set === undefined ? c.value(codes, scope).js : set;
  return { js: `${c.rt('withCodes')}(${all}, ${read}, ${filter})`, type };
};

/** The names under which JSON holds an element that has codes with systems; none where it has not. */
const codedElements = (path: string, element: ReturnType<typeof elementType>): readonly string[] => {
  const type = element === undefined ? unknown : fromElement(element);
  if (type.kind === 'choice')
    return ['CodeableConcept', 'Coding'].flatMap((name) => (type.of.some(isNamed(name)) ? `${path}${name}` : []));
  const item = type.kind === 'list' ? type.of : type;
  return isNamed('CodeableConcept')(item) || isNamed('Coding')(item) ? [path] : [];
};

const isNamed =
  (name: string) =>
  (type: Type): boolean =>
    type.kind === 'named' && type.name === `FHIR.${name}`;

/** Codes that stand in the library itself, as a set made when it is linked. */
const constantCodes = (node: ElmNode, c: Compiler): string | undefined => {
  const list =
    node.type === 'ToList'
      ? [node.operand as ElmNode]
      : node.type === 'List'
        ? ((node.element ?? []) as ElmNode[])
        : undefined;
  if (!list?.every(({ type }) => type === 'CodeRef' || type === 'ConceptRef' || type === 'Code')) return undefined;
  const refs = list.map((ref) =>
    ref.type === 'Code'
      ? c.inlineCode(ref)
      : (ref.type === 'CodeRef' ? c.code : c.concept)(ref.libraryName as string | undefined, String(ref.name)),
  );
  return c.constant(`${c.rt('codeSetOf')}([${refs.join(', ')}])`);
};

/** `code in "Value Set"`, for a code, a concept, a text, or any of a list. */
export const compileInValueSet = (node: ElmNode, scope: Scope, c: Compiler): Code => {
  const reference = node.valueset as ElmNode | undefined;
  if (!reference) throw new UnsupportedNode('membership of a value set that is computed', node);
  const set = c.valueSet(reference.libraryName as string | undefined, String(reference.name));
  const type = system('Boolean');
  const operand = (node.code ?? node.codes) as ElmNode;
  const raw = node.type === 'InValueSet' ? rawConcept(operand, scope, c) : undefined;
  if (raw) return { js: `${c.rt(raw.type === 'FHIR.Coding' ? 'codingIn' : 'conceptIn')}(${raw.js}, ${set})`, type };
  return { js: `${c.rt('inValueSet')}(${c.value(operand, scope).js}, ${set})`, type };
};

/** `code ~ "A Code"`: a FHIR concept or coding compared with codes of the library, without making a Concept of it. */
export const compileEquivalent = (node: ElmNode, scope: Scope, c: Compiler): Code | undefined => {
  const [left, right] = node.operand as [ElmNode, ElmNode];
  for (const [value, wanted] of [
    [left, right],
    [right, left],
  ] as const) {
    const codes = libraryCodes(wanted, c);
    const raw = codes && rawConcept(value, scope, c);
    if (raw)
      return {
        js: `${c.rt(raw.type === 'FHIR.Coding' ? 'codingEquivalent' : 'conceptEquivalent')}(${raw.js}, ${codes})`,
        type: system('Boolean'),
      };
  }
  return undefined;
};

/** The codes of a code or concept that the library declares, as a constant list. */
const libraryCodes = (node: ElmNode, c: Compiler): string | undefined => {
  if (node.type === 'ToConcept') return libraryCodes(node.operand as ElmNode, c);
  const library = node.libraryName as string | undefined;
  if (node.type === 'CodeRef') return c.constant(`[${c.code(library, String(node.name))}]`);
  if (node.type === 'ConceptRef') return c.constant(`${c.concept(library, String(node.name))}.codes`);
  return undefined;
};

/** The FHIR value behind an implicit conversion to Code or Concept, which membership has no need of. */
const rawConcept = (
  node: ElmNode,
  scope: Scope,
  c: Compiler,
): { readonly js: string; readonly type: string } | undefined => {
  if (c.traced || node.type !== 'FunctionRef' || !/^To(Code|Concept)$/.test(String(node.name))) return undefined;
  const operands = (node.operand as ElmNode[]).map((operand) => c.value(operand, scope));
  const [operand] = operands;
  if (operand?.type.kind !== 'named' || !/^FHIR\.(CodeableConcept|Coding)$/.test(operand.type.name)) return undefined;
  return c.functionFor(node.libraryName as string | undefined, node, operands).library === 'FHIRHelpers'
    ? { js: operand.js, type: operand.type.name }
    : undefined;
};
