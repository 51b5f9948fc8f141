import type { CodeableConcept, Coding, Observation, ObservationComponent, Quantity } from 'fhir/r4.js';
import type { AnalyteTable } from '../terminology/analytes.ts';

/**
 * The observation with its value, and each component's, in the unit of what was measured; the same object where there is
 * nothing to change. Reference ranges stay as the laboratory sent them.
 */
export const withAnalyteUnits = (observation: Observation, analytes: AnalyteTable): Observation => {
  const measured = withAnalyteUnit(observation, analytes);
  const { component } = measured;
  if (!Array.isArray(component)) return measured;
  const components: ObservationComponent[] = component.map((each) => each && withAnalyteUnit(each, analytes));
  return components.some((each, i) => each !== component[i]) ? { ...measured, component: components } : measured;
};

interface Measured {
  readonly code?: CodeableConcept | undefined;
  readonly valueQuantity?: Quantity | undefined;
}

const withAnalyteUnit = <M extends Measured>(measured: M, analytes: AnalyteTable): M => {
  const { code, valueQuantity } = measured;
  if (valueQuantity == null) return measured;
  const normalised = analytes.normaliseQuantity(codingsOf(code), valueQuantity);
  return normalised === valueQuantity ? measured : { ...measured, valueQuantity: normalised };
};

/** Requests hold null among the codings, and one object where the list should be. */
const codingsOf = (concept: CodeableConcept | undefined): readonly Coding[] =>
  [concept?.coding ?? []].flat().filter((coding) => coding != null);
