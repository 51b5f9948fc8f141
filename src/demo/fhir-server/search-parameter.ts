type SearchKind = 'token' | 'date' | 'string' | 'reference';

/** One search parameter of one resource type, and the elements it looks at. */
export interface SearchParameter {
  readonly name: string;
  readonly kind: SearchKind;
  readonly paths: readonly string[];
  /** Types a reference may lead to; empty is any. */
  readonly targets: readonly string[];
}

/** Builds a token parameter; without paths it looks at the element of its own name. */
export function token(name: string, ...paths: readonly string[]): SearchParameter {
  return { name, kind: 'token', paths: pathsOr(name, paths), targets: [] };
}

/** Builds a date parameter; a path ending in `[x]` stands for the dateTime, instant and Period forms. */
export function date(name: string, ...paths: readonly string[]): SearchParameter {
  const forms = pathsOr(name, paths).flatMap((path) =>
    path.endsWith('[x]') ? ['DateTime', 'Period', 'Instant'].map((form) => path.replace('[x]', form)) : [path],
  );
  return { name, kind: 'date', paths: forms, targets: [] };
}

/** Builds a string parameter. */
export function string(name: string, ...paths: readonly string[]): SearchParameter {
  return { name, kind: 'string', paths: pathsOr(name, paths), targets: [] };
}

/** Builds a reference parameter that may lead to any type. */
export function reference(name: string, ...paths: readonly string[]): SearchParameter {
  return { name, kind: 'reference', paths: pathsOr(name, paths), targets: [] };
}

/** Builds the `patient` parameter over the element in which this type names its patient. */
export function patient(path: string): SearchParameter {
  return { name: 'patient', kind: 'reference', paths: [path], targets: ['Patient'] };
}

function pathsOr(name: string, paths: readonly string[]): readonly string[] {
  return paths.length > 0 ? paths : [name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
}
