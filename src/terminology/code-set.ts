import { getOrCompute } from '../get-or-compute.ts';
import { canonicalSystem } from './systems.ts';

/** The codes of one system. */
type Codes = Pick<ReadonlySet<string>, 'size' | 'has' | 'keys'>;

/** Codes by system, each system under the address that this project uses for it. */
export interface CodeSet {
  readonly size: number;
  readonly bySystem: ReadonlyMap<string, Codes>;
}

interface CodeOfSystem {
  readonly system?: string | undefined;
  readonly code?: string | undefined;
}

/** A set of codes; whole systems, of which every code belongs to it, are not listed and make its size infinite. */
export const createCodeSet = (codes: Iterable<CodeOfSystem>, wholeSystems: Iterable<string> = []): CodeSet => {
  const bySystem = new Map<string, Set<string>>();
  for (const { system, code } of codes) getOrCompute(bySystem, keyOf(system), () => new Set()).add(code ?? '');
  const whole = [...wholeSystems].map((system) => [keyOf(system), everyCode] as const);
  const listed = [...bySystem.values()].reduce((sum, { size }) => sum + size, 0);
  return {
    size: whole.length > 0 ? Number.POSITIVE_INFINITY : listed,
    bySystem: new Map<string, Codes>([...bySystem, ...whole]),
  };
};

const everyCode: Codes = { size: Number.POSITIVE_INFINITY, has: () => true, keys: () => new Set<string>().keys() };

const keyOf = (system: string | undefined): string => canonicalSystem(system) ?? '';

/** Whether a code is in a set, whichever of its addresses the system is given by. */
export const hasCode = (set: CodeSet, system: string | undefined, code: string | undefined): boolean =>
  set.bySystem.get(keyOf(system))?.has(code ?? '') ?? false;

/** The listed codes as `system|code`. */
export const codeKeysOf = ({ bySystem }: CodeSet): readonly string[] =>
  [...bySystem].flatMap(([system, codes]) => [...codes.keys()].map((code) => `${system}|${code}`));
