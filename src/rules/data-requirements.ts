import { type Elm, type ElmNode, type ElmStatement, walkElm } from '../cql/elm.ts';
import type { ValueSets } from '../cql/value-sets.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { codeKeysOf } from '../terminology/code-set.ts';
import type { Duration } from './duration.ts';

/** What one retrieve reads: a type, and the codes at a path where it is narrowed to some. */
export interface DataRequirement {
  readonly type: string;
  readonly codePath?: string;
  /** The canonical URL of the value set that narrows it. */
  readonly valueSet?: string;
  /** `system|code` keys; absent when every resource of the type is read. */
  readonly codes?: ReadonlySet<string>;
  /** Many servers do not have the type; what it would add is taken where it is there. */
  readonly optional?: true;
  /** Older resources do not matter; absent when all do. */
  readonly lookBack?: Duration;
}

/** Types whose resources have a date by which a search can be narrowed; a rule declares how far back each matters. */
export const datedTypes: ReadonlySet<string> = new Set([
  'Observation',
  'DiagnosticReport',
  'Procedure',
  'Encounter',
  'Immunization',
  'ServiceRequest',
]);

/** What the exposures of a record are made of. */
export const exposureRequirements: readonly DataRequirement[] = [
  { type: 'MedicationRequest' },
  { type: 'MedicationStatement', optional: true },
  { type: 'MedicationAdministration', optional: true },
  { type: 'MedicationDispense', optional: true },
];

/** Parameters that the host fills from resources which no retrieve of the CQL names. */
const hostParameterTypes: Readonly<Record<string, readonly DataRequirement[]>> = {
  Exposures: exposureRequirements,
};

/** The retrieves that definitions of a library can reach, through every library they call; found by reading the ELM. */
export const dataRequirements = (
  libraries: ReadonlyMap<string, Elm>,
  valueSets: ValueSets,
  library: string,
  definitions: readonly string[],
): readonly DataRequirement[] => {
  const statements = libraries.get(library)?.library.statements?.def ?? [];
  return requirementsOfNodes(
    libraries,
    valueSets,
    library,
    statements.filter(({ name }) => definitions.includes(name)),
  );
};

/**
 * The resource types that decide whether each modifier of an order rule holds, by the modifier's id: what its `holds` can
 * reach, in every tuple with a literal `id` and a `holds` of the library and of the functions that it calls.
 */
export const modifierTypes = (
  libraries: ReadonlyMap<string, Elm>,
  valueSets: ValueSets,
  library: string,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const types = new Map<string, Set<string>>();
  const visited = new Set<ElmStatement>();
  const visit = (libraryName: string, statement: ElmStatement): void => {
    if (visited.has(statement)) return;
    visited.add(statement);
    const includes = includesOf(libraries.get(libraryName));
    const { called, modifiers } = judgedIn(statement);
    for (const { alias, name } of called) {
      const other = includes.get(alias) ?? libraryName;
      for (const each of libraries.get(other)?.library.statements?.def ?? [])
        if (each.name === name) visit(other, each);
    }
    for (const { id, nodes } of modifiers) {
      const known = getOrCompute(types, id, () => new Set());
      for (const { type, optional } of requirementsOfNodes(libraries, valueSets, libraryName, nodes))
        if (!optional && type !== 'Patient') known.add(type);
    }
  };
  for (const statement of libraries.get(library)?.library.statements?.def ?? []) visit(library, statement);
  return types;
};

interface JudgedIn {
  /** Functions of other libraries, by the alias of the library. */
  readonly called: readonly { readonly alias: string; readonly name: unknown }[];
  /** Each modifier's id with all that its `holds` stands for. */
  readonly modifiers: readonly { readonly id: string; readonly nodes: readonly ElmNode[] }[];
}

const judged = new WeakMap<ElmStatement, JudgedIn>();

const judgedIn = (statement: ElmStatement): JudgedIn => {
  const before = judged.get(statement);
  if (before) return before;
  // What a `let` of the query stands for, by its name.
  const lets = new Map<unknown, ElmNode>();
  const called: { alias: string; name: unknown }[] = [];
  const tuples: { id: string; holds: ElmNode }[] = [];
  walkElm(statement, (node) => {
    if (typeof node.identifier === 'string' && node.expression !== undefined)
      lets.set(node.identifier, node.expression as ElmNode);
    if (node.type === 'FunctionRef' && node.libraryName !== undefined)
      called.push({ alias: String(node.libraryName), name: node.name });
    if (node.type !== 'Tuple') return;
    const elements = new Map((node.element as readonly ElmNode[]).map(({ name, value }) => [name, value as ElmNode]));
    const id = elements.get('id');
    const holds = elements.get('holds');
    if (id?.type === 'Literal' && holds) tuples.push({ id: String(id.value), holds });
  });
  const found = { called, modifiers: tuples.map(({ id, holds }) => ({ id, nodes: withLets(holds, lets) })) };
  judged.set(statement, found);
  return found;
};

const includesOf = (elm: Elm | undefined): ReadonlyMap<string, string> =>
  new Map((elm?.library.includes?.def ?? []).map(({ localIdentifier, path }) => [localIdentifier, path]));

/** A node and what the `let` names in it stand for, through each other. */
const withLets = (node: ElmNode, lets: ReadonlyMap<unknown, ElmNode>): readonly ElmNode[] => {
  const nodes = new Set<ElmNode>();
  const visit = (each: ElmNode): void => {
    if (nodes.has(each)) return;
    nodes.add(each);
    walkElm(each, ({ type, name }) => {
      const meant = type === 'QueryLetRef' ? lets.get(name) : undefined;
      if (meant) visit(meant);
    });
  };
  visit(node);
  return [...nodes];
};

/** What a part of a library reads by itself. */
interface Readings {
  readonly calls: readonly ElmNode[];
  readonly retrieves: readonly ElmNode[];
  readonly parameters: readonly string[];
}

/** A hundred rules read the same shared definitions: each is walked through once. */
const known = new WeakMap<ElmNode, Readings>();

const readingsOf = (root: ElmNode): Readings => {
  const before = known.get(root);
  if (before) return before;
  const calls: ElmNode[] = [];
  const retrieves: ElmNode[] = [];
  const parameters: string[] = [];
  walkElm(root, (node) => {
    if (node.type === 'ExpressionRef' || node.type === 'FunctionRef') calls.push(node);
    else if (node.type === 'Retrieve') retrieves.push(node);
    else if (node.type === 'ParameterRef') parameters.push(String(node.name));
  });
  const readings = { calls, retrieves, parameters };
  known.set(root, readings);
  return readings;
};

const requirementsOfNodes = (
  libraries: ReadonlyMap<string, Elm>,
  valueSets: ValueSets,
  library: string,
  nodes: readonly ElmNode[],
): readonly DataRequirement[] => {
  const found = new Map<string, DataRequirement>();
  add(found, { type: 'Patient' });
  const visited = new Set<string>();
  const visitNode = (libraryName: string, root: ElmNode): void => {
    const includes = includesOf(libraries.get(libraryName));
    const { calls, retrieves, parameters } = readingsOf(root);
    for (const call of calls) visit(includes.get(String(call.libraryName)) ?? libraryName, String(call.name));
    for (const retrieve of retrieves) add(found, requirementOf(retrieve, libraries, libraryName, valueSets));
    for (const parameter of parameters)
      for (const requirement of hostParameterTypes[parameter] ?? []) add(found, requirement);
  };
  const visit = (libraryName: string, name: string): void => {
    if (visited.has(`${libraryName}."${name}"`)) return;
    visited.add(`${libraryName}."${name}"`);
    const statements: readonly ElmStatement[] = libraries.get(libraryName)?.library.statements?.def ?? [];
    for (const statement of statements) if (statement.name === name) visitNode(libraryName, statement);
  };
  for (const node of nodes) visitNode(library, node);
  return [...found.values()];
};

const add = (found: Map<string, DataRequirement>, requirement: DataRequirement): void => {
  const key = [requirement.type, requirement.codePath, requirement.valueSet, ...(requirement.codes ?? [])].join(' ');
  // What one reader cannot do without is not optional because another can.
  if (getOrCompute(found, key, () => requirement).optional && !requirement.optional) found.set(key, requirement);
};

const requirementOf = (
  retrieve: ElmNode,
  libraries: ReadonlyMap<string, Elm>,
  libraryName: string,
  valueSets: ValueSets,
): DataRequirement => {
  const type = String(retrieve.dataType).replace(/^.*\}/, '');
  const codes = retrieve.codes as ElmNode | undefined;
  if (codes?.type !== 'ValueSetRef') return { type };
  const elm = libraries.get(libraryName)?.library;
  const owner =
    elm?.includes?.def.find(({ localIdentifier }) => localIdentifier === codes.libraryName)?.path ?? libraryName;
  const url = libraries.get(owner)?.library.valueSets?.def.find(({ name }) => name === codes.name)?.id;
  const set = valueSets.get(url ?? '');
  return set
    ? { type, codePath: String(retrieve.codeProperty), valueSet: set.url, codes: new Set(codeKeysOf(set)) }
    : { type };
};
