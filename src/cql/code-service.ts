import { Code, ValueSet as CqlValueSet } from 'cql-execution';
import { getOrCompute } from '../get-or-compute.ts';
import { hasCode } from '../terminology/code-set.ts';
import { findValueSet, type ValueSet, type ValueSets } from './value-sets.ts';

/** Codes by hash, and a string only where the value set has one system, as CQL asks. */
export class IndexedValueSet extends CqlValueSet {
  readonly #set: ValueSet;

  constructor(set: ValueSet) {
    super(
      set.url,
      undefined,
      set.codes.map(({ code, system, display }) => new Code(code, system, undefined, display)),
    );
    this.#set = set;
  }

  get index(): ValueSet {
    return this.#set;
  }

  override hasMatch(code: unknown): boolean {
    if (code == null) return false;
    if (Array.isArray(code)) return code.some((each) => this.hasMatch(each));
    if (typeof code === 'string') {
      this.#requireListed('a code without system');
      return super.hasMatch(code);
    }
    const { codes, code: own, system } = code as { codes?: unknown[]; code?: string; system?: string };
    return codes ? this.hasMatch(codes) : hasCode(this.#set, system, own);
  }

  override expand(): Code[] {
    this.#requireListed('its expansion');
    return super.expand();
  }

  #requireListed(asked: string): void {
    if (this.#set.systems)
      throw new Error(
        `${asked}: expected a value set of listed codes, ${this.#set.url} has all of ${this.#set.systems.join(', ')}`,
      );
  }
}

/** The value sets as cql-execution asks for them; it raises an error for one that is not here. */
export const createCodeService = (valueSets: ValueSets) => {
  const sets = new Map<ValueSet, IndexedValueSet>();
  const find = (url: string, version?: string) => {
    const set = findValueSet(valueSets, url, version);
    return set ? getOrCompute(sets, set, () => new IndexedValueSet(set)) : null;
  };
  return {
    valueSets: {},
    findValueSet: find,
    findValueSetsByOid: (url: string) => [find(url)].filter((set) => set !== null),
  };
};
