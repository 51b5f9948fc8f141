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
  if (Array.isArray(node)) return union(node.map(freeNames));
  const { type, name, scope, path } = node as ElmNode;
  if (type === 'Query') return ofQuery(node as ElmNode);
  const names = new Set(union(Object.values(node).map(freeNames)));
  if (type === 'AliasRef' || type === 'QueryLetRef' || type === 'OperandRef') names.add(String(name));
  else if (type === 'Property' && scope !== undefined) names.add(String(scope));
  else if (type === 'IdentifierRef' || type === 'Current' || type === 'Iteration' || type === 'Total')
    names.add(elsewhere);
  else if (type === 'ByColumn' && path !== undefined) names.delete(elsewhere);
  return names;
};

/** A name means the query's own only where that is in reach: an alias may hide another of which its source is made. */
const ofQuery = ({ source, let: lets, relationship, where, return: returned, aggregate, sort }: ElmNode) => {
  const { identifier, starting, expression } = (aggregate ?? {}) as ElmNode;
  const own = [...list(source).map(({ alias }) => alias), ...list(lets).map((each) => each.identifier)].map(String);
  return union([
    ...list(source).map((each) => freeNames(each.expression)),
    freeNames(starting),
    without(freeNames(sort), elsewhere),
    without(union([lets, where, returned].map(freeNames)), ...own),
    without(freeNames(expression), ...own, String(identifier)),
    ...list(relationship).flatMap((each) => [
      without(freeNames(each.expression), ...own),
      without(freeNames(each.suchThat), ...own, String(each.alias)),
    ]),
  ]);
};

const union = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> => new Set(sets.flatMap((set) => [...set]));

const without = (names: ReadonlySet<string>, ...own: readonly string[]): ReadonlySet<string> =>
  names.difference(new Set(own));

const list = (value: unknown): readonly ElmNode[] => (value ?? []) as readonly ElmNode[];
