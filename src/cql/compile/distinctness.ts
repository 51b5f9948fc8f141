import type { Elm, ElmNode } from '../elm.ts';

/** The library behind an alias of a library's includes; the library itself where there is no alias. */
export type ResolveLibrary = (from: Elm, alias: string | undefined) => Elm | undefined;

/**
 * Tells whether a list that a node gives can hold no value twice, so that it need not be looked through for doubles: what
 * is retrieved, united or returned distinct holds none, and a filter of such a list holds none.
 */
export const createDistinctness = (resolve: ResolveLibrary) => {
  const known = new WeakMap<object, boolean>();

  const isDistinct = (node: ElmNode | undefined, elm: Elm, operands: ReadonlySet<string>): boolean => {
    switch (node?.type) {
      case 'Retrieve':
      case 'Union':
      case 'Intersect':
      case 'Except':
      case 'Distinct':
      case 'Null':
        return true;
      case 'Query':
        // What a query returns is distinct unless it is told to return all; without a return its rows are the sources' own.
        return (
          node.aggregate === undefined &&
          (node.return === undefined
            ? (node.source as readonly ElmNode[]).every(({ expression }) =>
                isDistinct(expression as ElmNode, elm, operands),
              )
            : (node.return as ElmNode).distinct !== false)
        );
      case 'As':
        return isDistinct(node.operand as ElmNode, elm, operands);
      case 'If':
        return [node.then, node.else].every((each) => isDistinct(each as ElmNode, elm, operands));
      case 'Coalesce':
        return (node.operand as ElmNode[]).every((each) => isDistinct(each, elm, operands));
      case 'OperandRef':
        return operands.has(String(node.name));
      case 'ExpressionRef':
        return isDefinitionDistinct(node, elm);
      case 'FunctionRef':
        return isResultDistinct(node, elm, operands);
      default:
        return false;
    }
  };

  const statementsOf = (node: ElmNode, elm: Elm) => {
    const home = resolve(elm, node.libraryName as string | undefined);
    return { home, found: (home?.library.statements?.def ?? []).filter(({ name }) => name === node.name) };
  };

  const isDefinitionDistinct = (node: ElmNode, elm: Elm): boolean => {
    const { home, found } = statementsOf(node, elm);
    const [statement] = found.filter(({ type }) => type !== 'FunctionDef');
    if (!home || !statement) return false;
    let answer = known.get(statement);
    if (answer === undefined) {
      answer = isDistinct(statement.expression as ElmNode, home, new Set());
      known.set(statement, answer);
    }
    return answer;
  };

  const isResultDistinct = (node: ElmNode, elm: Elm, operands: ReadonlySet<string>): boolean => {
    const { home, found } = statementsOf(node, elm);
    const given = (node.operand ?? []) as readonly ElmNode[];
    const overloads = found.filter(
      ({ type, operand }) => type === 'FunctionDef' && ((operand ?? []) as unknown[]).length === given.length,
    );
    return (
      home !== undefined &&
      overloads.length > 0 &&
      overloads.every(({ operand, expression }) => {
        const names = ((operand ?? []) as readonly ElmNode[]).map(({ name }) => String(name));
        const distinct = names.filter((_, i) => isDistinct(given[i], elm, operands));
        return isDistinct(expression as ElmNode, home, new Set(distinct));
      })
    );
  };

  /** Whether the rows of a query can be equal only where a source holds a value twice: each row has the items themselves. */
  const keepsItems = (query: ElmNode): boolean => {
    const row = (query.return as ElmNode | undefined)?.expression as ElmNode | undefined;
    const aliases = (query.source as readonly ElmNode[]).map(({ alias }) => String(alias));
    if (row === undefined) return true;
    const parts =
      row.type === 'Tuple' ? (row.element as readonly ElmNode[]).map(({ value }) => value as ElmNode) : [row];
    const named = new Set(parts.map(aliasOf));
    return aliases.every((alias) => named.has(alias));
  };

  const aliasOf = (node: ElmNode): string | undefined =>
    node.type === 'As' ? aliasOf(node.operand as ElmNode) : node.type === 'AliasRef' ? String(node.name) : undefined;

  return {
    /** Whether the rows of a query, before doubles are taken out, hold none. */
    hasDistinctRows: (query: ElmNode, elm: Elm): boolean =>
      keepsItems(query) &&
      (query.source as readonly ElmNode[]).every(({ expression }) => isDistinct(expression as ElmNode, elm, new Set())),
  };
};
