import type { CodeableConcept } from 'fhir/r4.js';
import { isRxNorm, type Medication, type MedicationTable } from './medications.ts';

export type MedicationResolution =
  | {
      readonly status: 'resolved';
      readonly by: 'code' | 'name';
      readonly medication: Medication;
      readonly label: string;
    }
  | {
      readonly status: 'unresolved';
      readonly label: string /** There is neither code nor name. */;
      readonly empty: boolean;
    };

/** RxNorm code first, then the name in any coding's display or in the text, whole or up to its strength; never a guess. */
export const resolveMedication = (
  concept: CodeableConcept | undefined,
  table: MedicationTable,
): MedicationResolution => {
  // Requests hold null among the codings, and one object where the list should be.
  const codings = [concept?.coding ?? []].flat().filter((coding) => coding != null);
  const names = [concept?.text, ...codings.map(({ display }) => display)].filter((name) => typeof name === 'string');
  const named = names[0] ?? codings.find(({ code }) => code !== undefined)?.code;
  const label = named ?? 'a medication without code or name';
  for (const { system, code } of codings) {
    const medication = isRxNorm(system) && code !== undefined ? table.byCode(code) : undefined;
    if (medication) return { status: 'resolved', by: 'code', medication, label: names[0] ?? medication.name };
  }
  for (const name of names) {
    const medication = table.byName(name) ?? table.byBeginning(name);
    if (medication) return { status: 'resolved', by: 'name', medication, label };
  }
  return { status: 'unresolved', label, empty: named === undefined };
};
