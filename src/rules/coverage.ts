import { type Elm, walkElm } from '../cql/elm.ts';
import type { CqlSource } from '../cql/libraries.ts';
import type { Problem } from '../cql/problem.ts';
import { getOrCompute } from '../get-or-compute.ts';

/** The clauses of libraries that evaluations reach, gathered over many of them. */
export interface Coverage {
  /** To be given to an engine as its trace. */
  readonly trace: (library: string, localId: string) => void;
  /** A definition or clause that was never reached, a problem each; outermost only. */
  unreached(sources: readonly CqlSource[], libraries: ReadonlyMap<string, Elm>): readonly Problem[];
  /** Clauses reached and clauses in all. */
  count(
    sources: readonly CqlSource[],
    libraries: ReadonlyMap<string, Elm>,
  ): { readonly reached: number; readonly all: number };
}

export const createCoverage = (): Coverage => {
  const reached = new Map<string, Set<string>>();
  const clausesOf = ({ name }: CqlSource, libraries: ReadonlyMap<string, Elm>) =>
    clauses(libraries.get(name), reached.get(name) ?? new Set());
  return {
    trace: (library, localId) => {
      getOrCompute(reached, library, () => new Set()).add(localId);
    },
    unreached: (sources, libraries) =>
      sources.flatMap((source) => {
        const missed = clausesOf(source, libraries).filter((clause) => !clause.reached);
        const outermost = missed.filter(
          (clause) => !missed.some((other) => other !== clause && contains(other, clause)),
        );
        return outermost.map(({ start, end }) => ({
          file: source.file,
          line: start.line,
          column: start.column,
          message: `no case reaches "${excerpt(source.text, start, end)}"`,
        }));
      }),
    count: (sources, libraries) => {
      const all = sources.flatMap((source) => clausesOf(source, libraries));
      return { reached: all.filter((clause) => clause.reached).length, all: all.length };
    },
  };
};

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Clause {
  readonly start: Place;
  readonly end: Place;
  readonly reached: boolean;
}

/** Nodes that are names of types or declarations, which no evaluation computes. */
const notClauses =
  /TypeSpecifier$|^(OperandDef|ParameterDef|FunctionDef|AliasedQuerySource|SortClause|ReturnClause|LetClause|With|Without|By\w+|ValueSetRef)$/;

/** The places in a library's text that stand for a clause; one that several nodes share is reached by any of them. */
const clauses = (elm: Elm | undefined, reached: ReadonlySet<string>): readonly Clause[] => {
  const byLocator = new Map<string, boolean>();
  // `context Patient` is a statement of the translator's own.
  const statements = (elm?.library.statements?.def ?? []).filter(({ name }) => name !== 'Patient');
  walkElm(statements, ({ type, locator, localId, expression }) => {
    if (typeof locator !== 'string' || typeof localId !== 'string') return;
    // A definition counts by what it is made of; the nodes without type are parts of a query.
    if (type === undefined || notClauses.test(String(type)) || (expression !== undefined && type === 'ExpressionDef'))
      return;
    byLocator.set(locator, (byLocator.get(locator) ?? false) || reached.has(localId));
  });
  return [...byLocator].flatMap(([locator, isReached]) => {
    const match = /^(\d+):(\d+)(?:-(\d+):(\d+))?$/.exec(locator);
    if (!match) return [];
    const [line = 0, column = 0, endLine = line, endColumn = column] = match
      .slice(1)
      .map((part) => (part === undefined ? undefined : Number(part)));
    return [{ start: { line, column }, end: { line: endLine, column: endColumn }, reached: isReached }];
  });
};

const before = (a: Place, b: Place): boolean => a.line < b.line || (a.line === b.line && a.column <= b.column);

const contains = (outer: Clause, inner: Clause): boolean =>
  before(outer.start, inner.start) && before(inner.end, outer.end);

/** The text between two places, on one line and not too long. */
export const excerpt = (text: string, start: Place, end: Place, most = 70): string => {
  const lines = text.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  if (last >= 0) lines[last] = (lines[last] as string).slice(0, end.column);
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  const words = lines.join(' ').replace(/\s+/g, ' ').trim();
  return words.length > most ? `${words.slice(0, most - 1)}…` : words;
};
