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

  const indexed = isCoded(elementType(c.model, name, path));
  const set =
    codes.type === 'ValueSetRef'
      ? c.valueSet(codes.libraryName as string | undefined, String(codes.name))
      : constantCodes(codes, c);
  if (set !== undefined && indexed) return { js: retrieve(`, ${quote(path)}, ${set}`), type };
  // A bare code such as Patient.gender has no system that an index could know.
  const all = retrieve('');
  const filter = set === undefined ? c.value(codes, scope).js : set;
  return { js: `${c.rt('withCodes')}(${all}, ${quote(path)}, ${filter})`, type };
};

const isCoded = (element: ReturnType<typeof elementType>): boolean => {
  const type = element === undefined ? unknown : fromElement(element);
  const isConcept = (each: Type): boolean =>
    each.kind === 'named' && /^FHIR\.(CodeableConcept|Coding)$/.test(each.name);
  return type.kind === 'choice' ? type.of.some(isConcept) : isConcept(type.kind === 'list' ? type.of : type);
};

/** Codes that stand in the library itself, as a set made when it is linked. */
const constantCodes = (node: ElmNode, c: Compiler): string | undefined => {
  const list =
    node.type === 'ToList'
      ? [node.operand as ElmNode]
      : node.type === 'List'
        ? ((node.element ?? []) as ElmNode[])
        : undefined;
  if (!list?.every(({ type }) => type === 'CodeRef' || type === 'ConceptRef')) return undefined;
  const refs = list.map((ref) =>
    (ref.type === 'CodeRef' ? c.code : c.concept)(ref.libraryName as string | undefined, String(ref.name)),
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
