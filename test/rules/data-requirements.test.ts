import { describe, expect, it } from 'vitest';
import { type DataRequirement, dataRequirements, modifierTypes } from '../../src/rules/data-requirements.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { elmOf, fhirLibrary, valueSets } from '../support/cql.ts';
import { shippedRuleSet } from '../support/rule-set.ts';

const base = fhirLibrary(
  'Base',
  `valueset "INR": 'http://test/inr'
context Patient
define "Encounters": [Encounter]
define "Tests": [Observation: "INR"]
define function "Visits"(since DateTime): [Encounter] E where E.period."start".value after since
define function "Procedures"(): [Procedure]`,
);
const exposures = fhirLibrary(
  'Exposures',
  `parameter "Exposures" List<Tuple { resource FHIR.DomainResource }>
context Patient
define "Current": "Exposures"`,
);
const outer = fhirLibrary(
  'Outer',
  `codesystem "LOINC": 'http://loinc.org'
valueset "Ulcer": 'http://test/ulcer'
valueset "Unlisted": 'http://test/unlisted'
code "INR Code": '6301-6' from "LOINC"
context Patient
define "Nothing": true
define "Direct": exists [Condition]
define "By Value Set": exists [Condition: "Ulcer"]
define "By Category": exists [Condition: category in "Ulcer"]
define "By Unlisted": exists [Condition: "Unlisted"]
define "By Code": exists [Observation: "INR Code"]
define "Through": exists Base."Encounters"
define "By Value Set Through": exists Base."Tests"
define "By Function": exists Base."Visits"(Now())
define "By Own Function": "Own"(1)
define function "Own"(value Integer): exists [AllergyIntolerance]
define "Two Steps": "Through" and "Direct" and "Through"
define "By Parameter": exists Exposures."Current"
define "Statements": exists Exposures."Current" and exists [MedicationStatement]
define "Statements First": exists [MedicationStatement] and exists Exposures."Current"
define "With": [Encounter] E with [Procedure] P such that P.status = 'completed' return E.id
define "Orders": exists [MedicationRequest: "Ulcer"]
define "Alerts": {
  Tuple { id: 'ulcer', holds: exists [Condition: "Ulcer"], evidence: [Encounter] },
  Tuple { id: 'visit', holds: exists Base."Encounters", evidence: [Encounter] },
  Tuple { id: 'drug', holds: exists Exposures."Current", evidence: [Encounter] },
  Tuple { id: 'age', holds: AgeInYears() > 65, evidence: [Encounter] }
}`,
  ['Base', 'Exposures'],
);
const sets = valueSets({
  inr: [[codeSystems.LOINC, '6301-6']],
  ulcer: [
    [codeSystems.ICD10CM, 'K25.0'],
    [codeSystems.ICD10CM, 'K25.1'],
  ],
});
const libraries = await elmOf([base, exposures, outer]);

const written = ({ type, codePath, codes, optional }: DataRequirement): string =>
  [
    type,
    codes && `${codePath}: ${[...codes].map((code) => code.replace(/.*\|/, '')).join(' ')}`,
    optional && 'optional',
  ]
    .filter(Boolean)
    .join(', ');
const needed = (...definitions: readonly string[]) =>
  dataRequirements(libraries, sets, 'Outer', definitions).map(written);

describe('the data requirements of a definition', () => {
  it.each([
    ['Nothing', []],
    ['Direct', ['Condition']],
    ['By Value Set', ['Condition, code: K25.0 K25.1']],
    ['By Category', ['Condition, category: K25.0 K25.1']],
    ['By Unlisted', ['Condition']],
    ['By Code', ['Observation']],
    ['Through', ['Encounter']],
    ['By Value Set Through', ['Observation, code: 6301-6']],
    ['By Function', ['Encounter']],
    ['By Own Function', ['AllergyIntolerance']],
    ['Two Steps', ['Encounter', 'Condition']],
    ['With', ['Encounter', 'Procedure']],
    [
      'By Parameter',
      [
        'MedicationRequest',
        'MedicationStatement, optional',
        'MedicationAdministration, optional',
        'MedicationDispense, optional',
      ],
    ],
  ])('%s: the patient and %j', (definition, expected) => {
    expect(needed(definition)).toEqual(['Patient', ...expected]);
  });

  it('are those of all that are asked for, each once', () => {
    expect(needed('Direct', 'By Value Set', 'Two Steps')).toEqual([
      'Patient',
      'Condition',
      'Condition, code: K25.0 K25.1',
      'Encounter',
    ]);
    expect(needed('Direct', 'Unheard Of')).toEqual(['Patient', 'Condition']);
  });

  it.each(['Statements', 'Statements First'])(
    '%s: what one retrieve needs is not optional because another can do without',
    (definition) => {
      expect(needed(definition)).toContain('MedicationStatement');
      expect(needed(definition)).not.toContain('MedicationStatement, optional');
    },
  );

  it('of an order by value set are those of the order', () => {
    expect(needed('Orders')).toContain('MedicationRequest, medication: K25.0 K25.1');
  });
});

describe('the types that decide a modifier', () => {
  it('are those that its "holds" can reach, not those of its evidence', () => {
    const types = modifierTypes(libraries, sets, 'Outer');
    expect(Object.fromEntries([...types].map(([id, of]) => [id, [...of]]))).toEqual({
      ulcer: ['Condition'],
      visit: ['Encounter'],
      drug: ['MedicationRequest'],
      age: [],
    });
  });
});

it('every shipped rule reads some data, and names only types of FHIR', async () => {
  for (const { requirements } of (await shippedRuleSet()).rules) {
    expect(requirements.length).toBeGreaterThan(1);
    for (const { type } of requirements) expect(type).toMatch(/^[A-Z][A-Za-z]+$/);
  }
});
