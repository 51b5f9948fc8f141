import type { ElmNode } from '../elm.ts';

/** The name under which a free reference to the item of a sort clause, or to what only the interpreter knows, counts. */
const elsewhere = '(elsewhere)';

/**
 * The names of aliases, lets and operands that a node refers to and does not bring itself. A node without any is the same
 * all through an evaluation.
 */
export const freeNames = (node: unknown): ReadonlySet<string> => {
  if (typeof node !== 'object' || node === null) return new Set();
  const known = kept.get(node);
  if (known) return known;
  const names = collect(node as ElmNode);
  kept.set(node, names);
  return names;
};

/** By node of the ELM, which nobody changes. */
const kept = new WeakMap<object, ReadonlySet<string>>();

const collect = (node: ElmNode | readonly ElmNode[]): ReadonlySet<string> => {
  const names = new Set<string>();
  const children = Array.isArray(node) ? node : Object.values(node);
  for (const child of children) if (typeof child === 'object') for (const name of freeNames(child)) names.add(name);
  if (Array.isArray(node)) return names;
  const { type, name, scope, path } = node as ElmNode;
  if (type === 'AliasRef' || type === 'QueryLetRef' || type === 'OperandRef') names.add(String(name));
  else if (type === 'Property' && scope !== undefined) names.add(String(scope));
  else if (type === 'IdentifierRef' || type === 'Current' || type === 'Iteration' || type === 'Total')
    names.add(elsewhere);
  else if (type === 'Query') for (const own of broughtBy(node as ElmNode)) names.delete(own);
  else if (type === 'ByColumn' && path !== undefined) names.delete(elsewhere);
  return names;
};

/** The aliases and lets of a query, those of its relationships and its aggregate among them. */
const broughtBy = (query: ElmNode): readonly string[] => [
  ...[...list(query.source), ...list(query.relationship)].map(({ alias }) => String(alias)),
  ...list(query.let).map(({ identifier }) => String(identifier)),
  ...list((query.aggregate as ElmNode | undefined) && [query.aggregate as ElmNode]).map(({ identifier }) =>
    String(identifier),
  ),
  ...(query.sort === undefined ? [] : [elsewhere]),
];

const list = (value: unknown): readonly ElmNode[] => (value ?? []) as readonly ElmNode[];
