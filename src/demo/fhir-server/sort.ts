import { rangeOfElement } from './date-range.ts';
import { fold, textsOf } from './match-string.ts';
import { codesOf } from './match-token.ts';
import type { AnyResource } from './resource.ts';
import { isObject, valuesAt } from './resource.ts';
import type { SearchParameter } from './search-parameter.ts';

export interface SortKey {
  readonly parameter: SearchParameter;
  readonly descending: boolean;
}

type Value = number | string;

/** Orders by each key in turn; resources without a value come last both ways, and equal ones keep their order. */
export function sortResources(resources: readonly AnyResource[], keys: readonly SortKey[]): readonly AnyResource[] {
  if (keys.length === 0) return resources;
  const rows = resources.map((resource) => ({ resource, values: keys.map((key) => sortValue(resource, key)) }));
  rows.sort((a, b) => {
    for (const [at, { descending }] of keys.entries()) {
      const order = compare(a.values[at], b.values[at], descending);
      if (order !== 0) return order;
    }
    return 0;
  });
  return rows.map(({ resource }) => resource);
}

/** An element that repeats counts by its first value in the wanted direction: earliest upwards, latest downwards. */
function sortValue(resource: AnyResource, { parameter, descending }: SortKey): Value | undefined {
  const elements = parameter.paths.flatMap((path) => valuesAt(resource, path));
  const values = elements.flatMap((element) => sortable(element, parameter, descending));
  return values.reduce<Value | undefined>(
    (best, value) => (best === undefined || compare(value, best, descending) < 0 ? value : best),
    undefined,
  );
}

function sortable(element: unknown, { kind }: SearchParameter, descending: boolean): readonly Value[] {
  switch (kind) {
    case 'date': {
      const range = rangeOfElement(element);
      return range === undefined ? [] : [descending ? range.end : range.start];
    }
    case 'string':
      return textsOf(element).map(fold);
    case 'token':
      return codesOf(element);
    case 'reference':
      return isObject(element) && typeof element.reference === 'string' ? [element.reference] : [];
  }
}

function compare(a: Value | undefined, b: Value | undefined, descending: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b !== descending ? -1 : 1;
}
