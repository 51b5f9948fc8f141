import type { Elm } from './elm.ts';

/** A library as texts and ELM name it. */
export interface LibraryName {
  readonly name: string;
  readonly version?: string | undefined;
}

/**
 * The key of each library, in their order: its name where no other has it, `name|version` where several versions of one
 * library stand side by side. One without version keeps its name.
 */
export const libraryKeys = (libraries: readonly LibraryName[]): readonly string[] => {
  const versions = Map.groupBy(libraries, ({ name }) => name);
  return libraries.map(({ name, version }) =>
    version !== undefined && (versions.get(name)?.length ?? 0) > 1 ? `${name}|${version}` : name,
  );
};

/** The key behind a name and version as an include or a command line gives them, among what is there. */
export interface FoundLibrary {
  readonly key: string;
  /** Set where a version had to be chosen: all that there are, the chosen one first. */
  readonly choice?: readonly string[];
}

/**
 * Finds a library by name and, where one is given, version; without one it is the only library of that name, or the
 * highest version.
 */
export const findLibrary = (
  libraries: ReadonlyMap<string, LibraryName>,
  { name, version }: LibraryName,
): FoundLibrary | undefined => {
  const found = [...libraries]
    .filter(([, library]) => library.name === name && (version === undefined || library.version === version))
    .map(([key, library]) => ({ key, version: library.version ?? '' }))
    .sort((a, b) => compareVersions(b.version, a.version));
  const [first] = found;
  if (!first) return undefined;
  return found.length === 1 ? { key: first.key } : { key: first.key, choice: found.map((each) => each.version) };
};

const byNumber = new Intl.Collator('en', { numeric: true });

/** Below 0 when the first is the lower one; numbers within are compared as numbers: 4.0.9 comes before 4.0.10. */
export const compareVersions = (a: string, b: string): number => byNumber.compare(a, b);

/** The key of the ELM that an include names; undefined when it is not there. */
export const resolveInclude = (
  libraries: ReadonlyMap<string, Elm>,
  path: string,
  version?: string,
): string | undefined => {
  const names = new Map([...libraries].map(([key, elm]): [string, LibraryName] => [key, libraryName(elm)]));
  return findLibrary(names, { name: path, version })?.key;
};

/** The keys of a library and all it includes, itself first. */
export const libraryClosure = (libraries: ReadonlyMap<string, Elm>, key: string): readonly string[] => {
  const found = new Set<string>();
  const add = (at: string | undefined): void => {
    const elm = at === undefined ? undefined : libraries.get(at);
    if (at === undefined || !elm || found.has(at)) return;
    found.add(at);
    for (const { path, version } of elm.library.includes?.def ?? []) add(resolveInclude(libraries, path, version));
  };
  add(key);
  return [...found];
};

const libraryName = ({ library: { identifier } }: Elm): LibraryName => ({
  name: identifier.id,
  version: identifier.version,
});
