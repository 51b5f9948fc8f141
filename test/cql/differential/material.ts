import { type Elm, type ElmNode, walkElm } from '../../../src/cql/elm.ts';
import type { ValueSets } from '../../../src/cql/value-sets.ts';
import type { Drug } from '../../../src/terminology/drug.ts';
import type { MedicationTable } from '../../../src/terminology/medications.ts';
import { codeSystems } from '../../../src/terminology/systems.ts';

export interface MaterialCode {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

/** What libraries look for: a record made of it comes near their boundaries. */
export interface Material {
  /** The types that are retrieved, with the sets of codes by which they are. */
  readonly retrieved: ReadonlyMap<string, readonly (readonly MaterialCode[])[]>;
  /** Every set of codes that a library names. */
  readonly named: readonly (readonly MaterialCode[])[];
  /** The codes that stand for themselves, such as those of the components of a panel. */
  readonly single: readonly MaterialCode[];
  /** Drugs by the set that names their ingredient, and some others. */
  readonly drugs: readonly (readonly Drug[])[];
  /** The kinds of `value[x]` that are asked for, as JSON names them. */
  readonly valueKinds: readonly string[];
  readonly words: readonly string[];
  readonly numbers: readonly number[];
  /** Lengths of time, in months or days. */
  readonly spans: readonly { readonly months: number; readonly days: number }[];
  readonly units: readonly string[];
}

/** Reads from ELM the codes, words, numbers and lengths of time that its definitions compare records with. */
export const materialOf = (libraries: Iterable<Elm>, valueSets: ValueSets, medications: MedicationTable): Material => {
  const retrieved = new Map<string, (readonly MaterialCode[])[]>();
  const named: (readonly MaterialCode[])[] = [];
  const single: MaterialCode[] = [];
  const valueKinds = new Set<string>();
  const words = new Set<string>();
  const numbers = new Set<number>();
  const units = new Set<string>();
  const spans: { months: number; days: number }[] = [];

  for (const { library } of libraries) {
    const systems = new Map((library.codeSystems?.def ?? []).map(({ name, id }) => [name, String(id)]));
    const lists = new Map<unknown, readonly MaterialCode[]>();
    for (const { name, id } of library.valueSets?.def ?? []) lists.set(name, valueSets.get(id)?.codes ?? []);
    for (const { name, id, display, codeSystem } of (library.codes?.def ?? []) as readonly CodeDef[]) {
      const code = { system: systems.get(codeSystem.name) ?? '', code: id, display: display ?? id };
      single.push(code);
      lists.set(name, [code]);
    }
    named.push(...lists.values());
    walkElm(library.statements, (node) => {
      if (node.type === 'Retrieve') {
        const type = String(node.dataType).replace(/^.*}/, '');
        const found: (readonly MaterialCode[])[] = [];
        walkElm(node.codes, ({ type: kind, name }) => {
          if (kind === 'ValueSetRef' || kind === 'CodeRef') found.push(lists.get(name) ?? []);
        });
        retrieved.set(type, [...(retrieved.get(type) ?? []), ...found]);
      } else if (node.type === 'As' || node.type === 'Is') {
        const { operand, asType, isType, asTypeSpecifier, isTypeSpecifier } = node as unknown as Cast;
        const kind = String(asType ?? isType ?? asTypeSpecifier?.name ?? isTypeSpecifier?.name).replace(/^.*}/, '');
        if (operand?.path === 'value') valueKinds.add(`value${kind.charAt(0).toUpperCase()}${kind.slice(1)}`);
      } else if (node.type === 'Literal') readLiteral(node, words, numbers);
    });
    walkElm([library.statements, library.parameters], (node) => {
      if (node.type !== 'Quantity' || typeof node.value !== 'number') return;
      const { value, unit } = node as unknown as { value: number; unit?: string };
      const months = { year: 12, month: 1 }[singular(unit)];
      const days = { week: 7, day: 1 }[singular(unit)];
      if (months !== undefined || days !== undefined)
        spans.push({ months: (months ?? 0) * value, days: (days ?? 0) * value });
      else {
        numbers.add(value);
        if (unit !== undefined) units.add(unit);
      }
    });
  }
  const filled = (sets: readonly (readonly MaterialCode[])[]) => sets.filter((set) => set.length > 0);
  return {
    retrieved: new Map([...retrieved].map(([type, sets]) => [type, filled(sets)])),
    named: filled(named),
    single,
    valueKinds: [...valueKinds],
    drugs: drugsOf(named, medications),
    words: [...words],
    numbers: [...numbers],
    spans,
    units: [...units],
  };
};

interface CodeDef extends ElmNode {
  readonly name: string;
  readonly id: string;
  readonly display?: string;
  readonly codeSystem: { readonly name: string };
}

interface Cast {
  readonly operand?: { readonly path?: string };
  readonly asType?: string;
  readonly isType?: string;
  readonly asTypeSpecifier?: { readonly name?: string };
  readonly isTypeSpecifier?: { readonly name?: string };
}

const singular = (unit: string | undefined) => (unit ?? '').replace(/s$/, '') as never;

const readLiteral = ({ valueType, value }: ElmNode, words: Set<string>, numbers: Set<number>): void => {
  const text = String(value);
  if (!String(valueType).endsWith('String')) {
    if (/}(Integer|Decimal)$/.test(String(valueType))) numbers.add(Number(text));
    return;
  }
  // The alternatives of a pattern, without its syntax, are words that it finds.
  for (const part of text.split('|')) {
    const word = part
      .replace(/\[[^\]]*\]|\(\?.|[\\?*+()^$.]|\bb\b/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    if (word.length > 1 && word.length < 40) words.add(word);
  }
};

const drugsOf = (
  sets: readonly (readonly MaterialCode[])[],
  medications: MedicationTable,
): readonly (readonly Drug[])[] => {
  const others = ['metformin', 'lisinopril', 'atorvastatin', 'sertraline', 'acetaminophen'];
  const products = (name: string) => {
    const found = medications.search(name, 60);
    return [0, 1, 2, 3, 4].flatMap((i) => found[Math.floor((i * found.length) / 5)] ?? []);
  };
  const classes = sets
    .map((set) => set.filter(({ system }) => system === codeSystems.RXNORM).slice(0, 60))
    .filter((set) => set.length > 0);
  return [
    ...classes.map((set) => set.flatMap(({ code, display }) => [{ code, name: display }, ...products(display)])),
    others.flatMap(products),
  ];
};
