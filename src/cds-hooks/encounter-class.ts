import type { Encounter } from 'fhir/r4.js';
import type { PatientRecord } from '../record/record.ts';
import type { EncounterClass } from '../rules/manifest.ts';

/** HL7's ActCode for the class of an encounter, by what rules call it. */
const classes: Readonly<Record<string, EncounterClass>> = {
  AMB: 'ambulatory',
  PRENC: 'ambulatory',
  VR: 'virtual',
  HH: 'home',
  FLD: 'emergency',
  EMER: 'emergency',
  IMP: 'inpatient',
  ACUTE: 'inpatient',
  NONAC: 'inpatient',
  OBSENC: 'inpatient',
  SS: 'inpatient',
};

/** The class of the encounter in which the chart is open; undefined where it is not on record or has another code. */
export const encounterClassOf = (
  record: PatientRecord,
  encounterId: string | undefined,
): EncounterClass | undefined => {
  if (encounterId === undefined) return undefined;
  const encounter = record.find(`Encounter/${encounterId.replace(/^Encounter\//, '')}`) as Encounter | undefined;
  const code = encounter?.class?.code;
  return typeof code === 'string' && Object.hasOwn(classes, code) ? classes[code] : undefined;
};
