import type { Elm } from '../cql/elm.ts';

/** The definitions that a rule's library must have, by kind; the second list is read where present. */
export const entryPoints = {
  reminder: {
    required: ['In Population', 'Last Done', 'Due Date'],
    optional: ['Instances', 'Exclusions', 'Missing', 'Pending', 'Facts'],
  },
  'follow-up': { required: ['In Population', 'Instances'], optional: ['Exclusions', 'Missing', 'Facts'] },
  order: { required: ['Alerts'], optional: [] },
} as const;

/** The names of the definitions of a library, functions aside. */
export const definitionsOf = (elm: Elm | undefined): ReadonlySet<string> =>
  new Set((elm?.library.statements?.def ?? []).filter(({ type }) => type !== 'FunctionDef').map(({ name }) => name));
