/** Gives out JavaScript identifiers: the name itself, with a number where it is taken. */
export interface Identifiers {
  /** One for the module. */
  take(name: string): string;
  /** One for the definition that is being compiled. */
  local(name: string): string;
  /** Begins another definition, whose variables may be called like those of the last. */
  next(): void;
}

/** Words that no variable of a generated module may be called. */
const reserved =
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends
  false finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof undefined var void while with yield undefined Set JSON e host item link read result rt
  trace tuple`.split(/\s+/);

/** @param taken further names that are in use */
export const createIdentifiers = (taken: Iterable<string>): Identifiers => {
  const used = new Set([...reserved, ...taken]);
  const locals = new Set<string>();
  const free = (name: string): string => {
    const base = asIdentifier(name);
    let identifier = base;
    // A declaration of the module may be used by the definition that is being compiled, and must not be hidden in it.
    for (let i = 2; used.has(identifier) || locals.has(identifier); i++) identifier = `${base}$${i}`;
    return identifier;
  };
  return {
    take: (name) => {
      const identifier = free(name);
      used.add(identifier);
      return identifier;
    },
    local: (name) => {
      const identifier = free(name);
      locals.add(identifier);
      return identifier;
    },
    next: () => locals.clear(),
  };
};

const asIdentifier = (name: string): string => {
  const words = name
    .normalize('NFKD')
    .replace(/[^\w$ ]/g, ' ')
    .trim()
    .split(/\s+/);
  const joined = words.map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
  return /^[A-Za-z_$]/.test(joined) ? joined : `$${joined}`;
};
