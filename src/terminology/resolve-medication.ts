import type { CodeableConcept } from 'fhir/r4.js';
import type { Ingredient, Medication } from './drug.ts';
import { isRxNorm, type MedicationTable } from './medications.ts';
import { hasDirections, mayBeParts } from './read-drug-text.ts';
import { canonicalSystem, codeSystems } from './systems.ts';

/** Code and name of one concept that stand for different drugs. */
export interface Disagreement {
  readonly code: string;
  readonly name: string;
}

export type MedicationResolution =
  | {
      readonly status: 'resolved';
      readonly by: 'code' | 'package' | 'name' | 'parts';
      readonly medication: Medication;
      readonly label: string;
      /** Where code and name disagree, the ingredients of both are given. */
      readonly disagreement?: Disagreement;
      /** Parts of a compounded product that are no drug known here. */
      readonly unknownParts: readonly string[];
    }
  /** A supply, a diet or a fluid that is ordered as if it were a drug. */
  | { readonly status: 'non-drug'; readonly label: string }
  | {
      readonly status: 'unresolved';
      readonly label: string /** There is neither code nor name. */;
      readonly empty: boolean;
    };

/**
 * RxNorm code first, then package code (NDC), then the names in displays and text, then the parts of a compounded product;
 * never a guess. Code and name are compared: where they stand for different drugs, the ingredients of both count, the safer
 * reading, and the disagreement is said.
 *
 * @param parts what a compounded Medication lists as its ingredients
 */
export const resolveMedication = (
  concept: CodeableConcept | undefined,
  table: MedicationTable,
  parts: readonly CodeableConcept[] = [],
): MedicationResolution => {
  // Requests hold null among the codings, and one object where the list should be.
  const codings = [concept?.coding ?? []].flat().filter((coding) => coding != null);
  const names = [...new Set([concept?.text, ...codings.map(({ display }) => display)])].filter(
    (name) => typeof name === 'string' && name.trim() !== '',
  ) as readonly string[];
  const named = names[0] ?? codings.find(({ code }) => code !== undefined)?.code;
  const label = named ?? 'a medication without code or name';

  const coded = codings.flatMap(({ system, code }) => byCoding(system, code, table) ?? []);
  const [first] = coded;
  const byName = names.flatMap((name) => (isSame(name, first?.medication) ? [] : (readName(name, table) ?? [])));
  const chosen = coded.toSorted((a, b) => detail(b.medication) - detail(a.medication))[0];
  if (chosen) {
    const medications = [chosen.medication, ...coded.map(({ medication }) => medication), ...byName];
    const other = byName.find((medication) => disagree(chosen.medication, medication));
    return {
      status: 'resolved',
      by: chosen.by,
      medication: together(medications),
      label: names[0] ?? chosen.medication.name,
      ...(other && { disagreement: { code: chosen.medication.name, name: other.name } }),
      unknownParts: [],
    };
  }
  if (names.some((name) => table.isNonDrug(name))) return { status: 'non-drug', label };
  const [best] = byName.toSorted((a, b) => detail(b) - detail(a));
  if (best) return { status: 'resolved', by: 'name', medication: together([best, ...byName]), label, unknownParts: [] };
  // A vaccine is known by its code: rules ask for that, and ingredients it has none.
  if (codings.some(({ system }) => canonicalSystem(system) === codeSystems.CVX)) return { status: 'non-drug', label };
  return (
    (parts.length > 0 ? byParts(parts, label, table) : byNamedParts(names, label, table)) ?? {
      status: 'unresolved',
      label,
      empty: named === undefined,
    }
  );
};

const byCoding = (system: string | undefined, code: string | undefined, table: MedicationTable) => {
  if (typeof code !== 'string') return undefined;
  if (isRxNorm(system)) {
    const medication = table.byCode(code);
    return medication && ({ by: 'code', medication } as const);
  }
  if (canonicalSystem(system) !== codeSystems.NDC) return undefined;
  const medication = table.byNdc(code);
  return medication && ({ by: 'package', medication } as const);
};

const isSame = (name: string, medication: Medication | undefined): boolean =>
  medication !== undefined && medication.name.toLowerCase() === name.toLowerCase();

const readName = (name: string, table: MedicationTable): Medication | undefined =>
  table.isNonDrug(name) ? undefined : (table.byName(name) ?? table.byText(name));

/** How much a description of a drug tells: its form, and the strength of each ingredient. */
const detail = ({ form, ingredients }: Medication): number =>
  (form === undefined ? 0 : 1) + ingredients.filter(({ strength }) => strength !== undefined).length;

/** Neither is a part of the other: "acetaminophen" on the code of acetaminophen with codeine says only less. */
const disagree = (one: Medication, other: Medication): boolean => !includes(one, other) && !includes(other, one);

const includes = (one: Medication, other: Medication): boolean =>
  other.ingredients.every(({ code }) => one.ingredients.some((each) => each.code === code));

/** The first of several descriptions, with the ingredients that only others name, and the route that only another tells. */
const together = (medications: readonly Medication[]): Medication => {
  const [first, ...others] = medications as readonly [Medication, ...Medication[]];
  const ingredients = new Map<string, Ingredient>();
  for (const { ingredients: each } of medications)
    for (const ingredient of each)
      if (!ingredients.get(ingredient.code)?.strength) {
        const known = ingredients.get(ingredient.code);
        ingredients.set(ingredient.code, known ? { ...ingredient, name: known.name } : ingredient);
      }
  const route =
    first.route === 'unknown'
      ? (others.find(({ route: each }) => each !== 'unknown')?.route ?? 'unknown')
      : first.route;
  if (ingredients.size === first.ingredients.length && route === first.route)
    return { ...first, ingredients: [...ingredients.values()] };
  return { ...first, ingredients: [...ingredients.values()], route };
};

/**
 * The parts that a name lists ("lidocaine / maalox / diphenhydramine"). A list with commas must know two of them, and what is
 * not known must look like a drug's name: directions are no part.
 */
const byNamedParts = (
  names: readonly string[],
  label: string,
  table: MedicationTable,
): MedicationResolution | undefined => {
  const [name] = names.filter(mayBeParts);
  if (name === undefined) return undefined;
  const parts = name
    .split(/\s*(?:(?<!\d)\/|\/(?!\d)|\+|&|,(?!\d)|;|\band\b|\bwith\b)\s*/i)
    .filter((part) => part !== '')
    .map((text) => ({ text }));
  if (parts.length < 2) return undefined;
  const found = byParts(parts, label, table);
  if (found?.status !== 'resolved' || found.unknownParts.some(hasDirections)) return undefined;
  return found.unknownParts.length === 0 || /[/+]/.test(name) ? found : undefined;
};

/** What the parts of a compounded product are; undefined when none is known. */
const byParts = (
  parts: readonly CodeableConcept[],
  label: string,
  table: MedicationTable,
): MedicationResolution | undefined => {
  if (parts.length === 0) return undefined;
  const medications: Medication[] = [];
  const unknownParts: string[] = [];
  for (const part of parts) {
    const resolution = resolveMedication(part, table);
    if (resolution.status === 'resolved') medications.push(resolution.medication);
    else if (resolution.status === 'unresolved') unknownParts.push(resolution.label);
  }
  if (medications.length === 0) return undefined;
  const { ingredients, route } = together(medications);
  return {
    status: 'resolved',
    by: 'parts',
    medication: { name: label, ingredients, route },
    label,
    unknownParts,
  };
};
