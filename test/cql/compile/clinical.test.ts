import { fhirLibrary, source, valueSets } from '../../support/cql.ts';
import { chart, patient, S } from './chart.ts';
import { describeDefinitions, failure } from './definitions.ts';

const deep = source(
  'Deep',
  `library Deep
codesystem "Third": 'urn:third' version '3'
code "Deep Code": 'deep' from "Third" display 'Deep'`,
);
const common = fhirLibrary(
  'Common',
  `include Deep called Third
codesystem "T": 'http://t'
codesystem "S": '${S}'
valueset "Their Ones": 'http://test/ones'
code "One": '1' from "S"
concept "Concept": { Third."Deep Code", "One" } display 'both'
parameter "Years" Integer default 7
context Patient
define "Ones": [Condition: "Their Ones"]
define fluent function isFinal(o FHIR.Observation): o.status = 'final'
define fluent function onlyFinal(list List<FHIR.Observation>): list O where O.isFinal()
define function "Kind"(x Integer): 'Integer'
define function "Kind"(x Decimal): 'Decimal'
define function "Kind"(x String): 'String'
define function "Kind"(x System.Quantity): 'Quantity'
define function "Kind"(x FHIR.Quantity): 'FHIR.Quantity'
define function "Kind"(x FHIR.CodeableConcept): 'FHIR.CodeableConcept'
define function "Kind"(x List<Integer>): 'List<Integer>'
define function "Kind"(x List<String>): 'List<String>'
define function "Kind"(x Interval<Integer>): 'Interval<Integer>'
define function "Kind"(x Interval<Decimal>): 'Interval<Decimal>'
define function "Name"(x FHIR.Observation): 'Observation ' + x.id.value
define function "Name"(x FHIR.Condition): 'Condition ' + x.id.value`,
);

const body = `codesystem "S": '${S}'
valueset "Ones": 'http://test/ones'
valueset "Absent": 'http://test/absent'
valueset "Old": 'http://test/ones' version '9'
code "One": '1' from "S"
code "Two": '2' from "S"
concept "Both": { "One", "Two" }
parameter "Years" Integer default 2 + 3
parameter "List" List<Integer> default { 1, 2 }
parameter "toString" Integer default 4
context Patient
define "Some Codes": { "One" }`;

const input = { body, chart, patient, others: [deep, common], valueSets: valueSets({ ones: [[S, '1']] }) };
const one = { code: '1', system: S, display: null };

describeDefinitions('a retrieve', {
  ...input,
  cases: [
    ['[Observation: "Ones"] O return all O.id.value', ['o1', 'o3']],
    ['[Observation: "One"] O return all O.id.value', ['o1', 'o3']],
    ['[Observation: "Both"] O return all O.id.value', ['o1', 'o2', 'o3']],
    [`[Observation: Code '2' from "S"] O return all O.id.value`, ['o2']],
    ['[Condition: category in "Ones"] C return all C.id.value', ['c2']],
    ['[Encounter: class in "Ones"] E return all E.id.value', ['e1']],
    ['[Condition: Common."Their Ones"] C return all C.id.value', ['c1']],
    ['(Common."Ones") C return all C.id.value', ['c1']],
    // The Medication may be another resource
    ['[MedicationRequest: "Ones"] M return all M.id.value', ['m1', 'm2']],
    ['[MedicationRequest: "One"] M return all M.id.value', ['m1', 'm2']],
    [`[MedicationRequest: Code '1' from "S"] M return all M.id.value`, ['m1', 'm2']],
    // Lists, in which cql-execution cannot look
    ['[MedicationRequest: medication in "Some Codes"] M return all M.id.value', ['m1'], 'stock'],
    ['[Condition: code in "Some Codes"] C return all C.id.value', ['c1'], 'stock'],
    ['[Condition: code in { "Two" }] C return all C.id.value', ['c1', 'c2'], 'stock'],
    ['[Condition: "Absent"]', failure],
    ['[Condition: "Old"]', failure],
  ],
});

describeDefinitions('codes and value sets', {
  ...input,
  cases: [
    ['[Observation] O where O.code in "Ones" return all O.id.value', ['o1', 'o3']],
    ['[Encounter] E where E.class in "Ones" return all E.id.value', ['e1']],
    ['[Encounter] E where E.type in "Ones" return all E.id.value', ['e1']],
    ['[Observation] O where O.code ~ "One" return all O.id.value', ['o1', 'o3']],
    ['[Observation] O where O.code ~ "Both" return all O.id.value', ['o1', 'o2', 'o3']],
    [`[Observation] O where O.code ~ Code '2' from "S" return all O.id.value`, ['o2']],
    ['Common."One" in "Ones"', true],
    ['(null as Code) in "Ones"', false],
    ['exists ([Condition] C where C.code in "Absent")', failure],
    [`Code '1' from "S" display 'one'`, { code: '1', system: S, display: 'one' }],
    [`Code '1' from Common."T"`, { code: '1', system: 'http://t', display: null }, 'interpreted', 'stock'],
    ['"Both".codes', [one, { ...one, code: '2' }]],
    ['Common."Concept".codes', [{ code: 'deep', system: 'urn:third', display: 'Deep' }, one], 'interpreted', 'stock'],
  ],
});

describeDefinitions('functions and parameters', {
  ...input,
  cases: [
    ['[Observation] O where O.isFinal() return all O.id.value', ['o1', 'o2']],
    ['(([Observation]).onlyFinal()) O return all O.id.value', ['o1', 'o2']],
    // cql-execution takes the first function that fits the value, and everything fits some.
    ['Common."Kind"(1)', 'Integer', 'interpreted', 'stock'],
    ['Common."Kind"(1.5)', 'Decimal', 'interpreted', 'stock'],
    [`Common."Kind"('a')`, 'String', 'interpreted', 'stock'],
    [`Common."Kind"(5 'mg')`, 'Quantity', 'interpreted', 'stock'],
    ['Common."Kind"({ 1 })', 'List<Integer>'],
    [`Common."Kind"({ 'a' })`, 'List<String>'],
    ['Common."Kind"(Interval[1, 2])', 'Interval<Integer>', 'interpreted', 'stock'],
    ['Common."Kind"(Interval[1.0, 2.0])', 'Interval<Decimal>'],
    ['Common."Kind"(First([Observation]).value as FHIR.Quantity)', 'FHIR.Quantity'],
    ['Common."Kind"(First([Observation]).code)', 'FHIR.CodeableConcept'],
    ['Common."Name"(First([Observation])) + Common."Name"(First([Condition]))', 'Observation o1Condition c1'],
    ['"Years" + Common."Years"', 12],
    ['"List"', [1, 2]],
    ['"toString"', 4, 'interpreted', 'stock'],
  ],
});
