import { resource } from '../../support/record.ts';
import { chart, patient } from './chart.ts';
import { type DefinitionCase, describeDefinitions } from './definitions.ts';

const quantity = { value: 7.5, unit: '%', system: 'http://unitsofmeasure.org', code: '%' };
const of = 'Choice<FHIR.Quantity, FHIR.string, FHIR.CodeableConcept>';

describeDefinitions('a choice', {
  chart,
  patient,
  body: `define function "Kind"(v ${of}):
  case when v is FHIR.Quantity then 'q' when v is FHIR.string then 's' when v is FHIR.CodeableConcept then 'c' else 'n' end
define function "Kinds"(list List<${of}>): list X return all "Kind"(X)
define function "Of Tuple"(t Tuple { q FHIR.Quantity, v ${of} }): Tuple { number: t.q.value.value, kind: "Kind"(t.v) }
context Patient
define "Values": [Observation] O return all O.value
define "First Value": First([Observation]).value
define "Rows": [Observation] O return all Tuple { v: O.value, deep: Tuple { v: O.value } }
define "Quantities": [Observation] O return all O.value as FHIR.Quantity
define "Codings": First([Observation] O where O.id = 'o2').value.coding`,
  cases: [
    ['First([Observation]).value as FHIR.Quantity', quantity],
    ['First([Observation]).value as FHIR.string', null],
    ['cast "First Value" as FHIR.Quantity', quantity],
    ['cast "First Value" as FHIR.string', 'an error'],
    ['"First Value".unit', '%'],
    // Handed on by a definition, a let, a tuple, a list, a function, a conditional
    ['"First Value" is FHIR.Quantity', true],
    ['("First Value" as FHIR.Quantity).value.value', 7.5],
    ['("Rows") R return all R.deep.v is FHIR.Quantity', [true, false, false]],
    ['("Rows") R return all (R.v as FHIR.string).value', [null, null, 'positive']],
    [`[Observation] O let v: O.value, q: v as FHIR.Quantity where q.value > 7 return all q.value`, [7.5]],
    [`"Kinds"(("Values") V return all V as ${of})`, ['q', 'c', 's']],
    [`[Observation] O return all "Kind"(O.value as ${of})`, ['q', 'c', 's']],
    [`"Of Tuple"(Tuple { q: "First Value" as FHIR.Quantity, v: "First Value" as ${of} })`, { number: 7.5, kind: 'q' }],
    [`"Of Tuple"(Tuple { q: null as FHIR.Quantity, v: null as ${of} })`, { number: null, kind: 'n' }],
    ['(if true then "First Value" else First([Condition]).onset) is FHIR.Quantity', true],
    ['Coalesce(null, "First Value", First([Condition]).onset) is FHIR.Quantity', true],
    ['Coalesce({ null, "First Value" as FHIR.Quantity }).value.value', 7.5],
    ['({ "First Value", First([Condition]).onset }) X return all X is FHIR.dateTime', [false, true]],
    [
      '("Quantities" union ([Observation] O return all O.value as FHIR.string)) X return all X is FHIR.string',
      [false, false, true],
    ],
    ['("Quantities") Q return all Q.value.value', [7.5, null, null]],
    ['First("Codings").code.value', '1'],
    // An element that may be of any type
    ['(("First Value" as FHIR.Quantity) as FHIR.Element) is FHIR.Quantity', true],
    ['((("First Value" as FHIR.Quantity) as FHIR.Element) as FHIR.Quantity).value.value', 7.5],
    ['((First([Observation]) as System.Any) as FHIR.Observation).id.value', 'o1'],
    ["(5 'mg' as System.Any) is System.Quantity", true],
    ['("Quantities" as System.Any) is List<FHIR.Quantity>', true, 'interpreted', 'stock'],
    ['[Observation] O return all O.id.value sort by $this desc', ['o3', 'o2', 'o1']],
    ['("Quantities") Q aggregate R starting (null as FHIR.Quantity): Coalesce(R, Q)', quantity],
  ] satisfies readonly DefinitionCase[],
});

describeDefinitions('resources of different types in one list', {
  chart,
  patient,
  body: 'context Patient\ndefine "Both": [Condition] union [Procedure]',
  cases: [
    ['("Both") X return all X.id.value', ['c1', 'c2', 'c3', 'p1', 'p2']],
    [
      '("Both") X where X is FHIR.Procedure return all (X as FHIR.Procedure).status.value',
      ['completed', 'in-progress'],
    ],
    ['("Both") X return all (X as FHIR.Condition).onset is FHIR.Period', [false, true, false, false, false]],
    ['("Both") X return all X.encounter.reference.value', ['Encounter/e1', 'Encounter/e2', null, 'Encounter/e1', null]],
    ['Count("Both" union [Observation])', 8],
    [
      '("Both") X with ("Both") Y such that X.encounter.reference = Y.encounter.reference and X.id != Y.id return all X.id.value',
      ['c1', 'p1'],
    ],
    [
      '[Procedure] X with ("Both") Y such that X.encounter.reference.value = Y.encounter.reference.value and X.id != Y.id return all X.id.value',
      ['p1'],
    ],
  ],
});

describeDefinitions('FHIR primitives', {
  chart,
  patient,
  body: `define function "Extension"(on FHIR.Element, url String): singleton from (on.extension E where E.url = url)
define function "Of Resource"(on FHIR.DomainResource, url String): singleton from (on.extension E where E.url = url)`,
  cases: [
    ['Patient.birthDate.extension[0].url.value', 'time'],
    ['Patient.birthDate.id', 'day'],
    ['[Patient] P return all P.birthDate.id', ['day']],
    ['Patient.name[0].family.extension[0].url.value', 'own'],
    // There is no value, only why there is none
    ['Patient.deceased is FHIR.dateTime', true],
    ['Patient.deceased is null', false],
    ['Patient.deceased as FHIR.boolean', null],
    ['[Procedure] P return all P.performed is null', [false, false]],
    ['[Procedure] P return all (P.performed as FHIR.dateTime).value', ['2021-05-05', null]],
    ['Patient.contact C return all C.name.family.value', ['Z'], 'stock'],
    ['"Extension"("Of Resource"(Patient, \'race\'), \'code\').value as FHIR.Coding', { system: 'http://s', code: '1' }],
    ['Patient.active', true],
    ['(flatten (Patient.name N return all N.given)) G return all G.value', ['A', 'B']],
  ],
});

const dosed = (id: string, doseAndRate: object) =>
  resource('MedicationRequest', { id, dosageInstruction: [{ doseAndRate: [doseAndRate] }] });
const milligrams = (value: number) => ({ value, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' });

// The model info names the type SimpleQuantity, a profile of Quantity; JSON has doseQuantity.
describeDefinitions('the dose and the rate of a dosage', {
  chart: [
    dosed('q', { doseQuantity: milligrams(5), rateQuantity: milligrams(7) }),
    dosed('r', { doseRange: { high: milligrams(6) }, rateRatio: { numerator: milligrams(8) } }),
  ],
  patient,
  body: `context Patient
define "Parts": flatten ([MedicationRequest] M return all flatten (M.dosageInstruction D return all D.doseAndRate))
define "Doses": ("Parts") P return all P.dose
define "Rates": ("Parts") P return all P.rate`,
  cases: [
    ['("Parts") P return all (P.dose as FHIR.SimpleQuantity).value.value', [5, null]],
    ['("Parts") P return all (P.rate as FHIR.SimpleQuantity).value.value', [7, null]],
    ['("Parts") P return all P.dose is FHIR.SimpleQuantity', [true, false]],
    ['("Parts") P return all P.dose is FHIR.Quantity', [true, false]],
    ['("Parts") P return all P.dose is FHIR.Range', [false, true]],
    ['("Parts") P return all P.rate is FHIR.SimpleQuantity', [true, false]],
    ['("Doses") D return all (D as FHIR.SimpleQuantity).value.value', [5, null]],
    ['("Doses") D return all (D as FHIR.Range).high.value.value', [null, 6]],
    ['("Rates") R return all R is FHIR.SimpleQuantity', [true, false]],
    ['First("Parts").dose > 4 \'mg\'', true],
  ] satisfies readonly DefinitionCase[],
});
