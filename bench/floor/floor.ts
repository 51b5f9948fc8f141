import type { FhirResource } from 'fhir/r4.js';
import type { ValueSets } from '../../src/cql/value-sets.ts';
import { madeValueSets } from '../rules/value-sets.ts';
import { anticoagulantNsaid } from './anticoagulant-nsaid.ts';
import { type Chart, type CodesById, readChart } from './chart.ts';
import { colorectalScreening } from './colorectal-screening.ts';
import { depressionFollowUp } from './depression-follow-up.ts';
import { diabetesControl } from './diabetes-control.ts';
import { hypertensionControl } from './hypertension-control.ts';
import { influenzaVaccination } from './influenza-vaccination.ts';
import { kidneyTrend } from './kidney-trend.ts';
import { osteoporosisScreening } from './osteoporosis-screening.ts';
import { smokingStatus } from './smoking-status.ts';
import { statinUse } from './statin-use.ts';

/** The ten rules of the bench by hand: each gives the outcomes that its CQL library gives. */
const rules: Readonly<Record<string, (chart: Chart) => Readonly<Record<string, unknown>>>> = {
  AnticoagulantNsaid: anticoagulantNsaid,
  ColorectalScreening: colorectalScreening,
  DepressionFollowUp: depressionFollowUp,
  DiabetesControl: diabetesControl,
  HypertensionControl: hypertensionControl,
  InfluenzaVaccination: influenzaVaccination,
  KidneyTrend: kidneyTrend,
  OsteoporosisScreening: osteoporosisScreening,
  SmokingStatus: smokingStatus,
  StatinUse: statinUse,
};

export type Outcomes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a good engineer would write for these ten rules without any engine: the outcomes by rule and definition. */
export const createFloor = (valueSets: ValueSets) => {
  const codes = Object.fromEntries(
    Object.keys(madeValueSets).map((id) => {
      const set = valueSets.get(`http://carehook.org/fhir/ValueSet/bench-${id}`);
      const bySystem = Map.groupBy(set?.codes ?? [], ({ system }) => system);
      return [id, new Map([...bySystem].map(([system, list]) => [system, new Set(list.map(({ code }) => code))]))];
    }),
  ) as unknown as CodesById;
  return (resources: readonly FhirResource[], now: Date): Outcomes => {
    const chart = readChart(resources, codes, now);
    const all: Record<string, Readonly<Record<string, unknown>>> = {};
    for (const name in rules) all[name] = rules[name]?.(chart) ?? {};
    return all;
  };
};
