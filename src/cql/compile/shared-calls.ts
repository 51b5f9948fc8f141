/**
 * Calls with the same arguments in one row of a query: `At(O)` in its `where` and in its `return` is computed once a row.
 * While a query is compiled a call is a placeholder; when the query is whole, a call that came once is written as it is,
 * and one that came again is kept in a variable of the row.
 */
export interface Row {
  /** The names that are bound with the row: an alias, and the lets of the innermost loop. */
  readonly names: ReadonlySet<string>;
  /** The calls that depend on the row; absent where there is no block of code that could declare a variable. */
  readonly calls?: SharedCalls;
}

interface SharedCalls {
  /** A placeholder for a call. */
  add(js: string): string;
  /** The variables to declare for the row. */
  variables(): readonly string[];
  /** A text with the row's placeholders replaced. */
  resolve(text: string): string;
}

/** Placeholders stand between two characters for private use, which no code holds. */
let lastId = 0;

export const createSharedCalls = (local: (name: string) => string): SharedCalls => {
  const byText = new Map<string, { readonly id: number; readonly js: string; count: number; variable?: string }>();
  const byId = new Map<string, string>();
  const resolve = (text: string): string =>
    text.replaceAll(/\uE000(\d+)\uE001/g, (placeholder, id: string) => {
      const call = byText.get(byId.get(id) ?? '');
      if (!call) return placeholder;
      const js = resolve(call.js);
      return call.count < 2 ? js : `(${call.variable} ??= ${js})`;
    });
  return {
    add: (js) => {
      let call = byText.get(js);
      if (!call) {
        lastId += 1;
        call = { id: lastId, js, count: 0 };
        byText.set(js, call);
        byId.set(String(lastId), js);
      }
      call.count += 1;
      if (call.count === 2) call.variable = local('same');
      return `\uE000${call.id}\uE001`;
    },
    variables: () => [...byText.values()].flatMap(({ variable }) => variable ?? []),
    resolve,
  };
};

/** The calls of the innermost row that any of the names is bound with; undefined where they cannot be shared. */
export const rowOf = (rows: readonly Row[], names: ReadonlySet<string>): SharedCalls | undefined =>
  rows.findLast((row) => [...names].some((name) => row.names.has(name)))?.calls;
