import { describe, expect, it } from 'vitest';
import { createCompiledEngine } from '../../src/cql/compiled.ts';
import { placeOfError } from '../../src/cql/place-of-error.ts';
import { elmOf, fhirLibrary, model, testCaches, valueSets } from '../support/cql.ts';
import { now, recordOf, resource } from '../support/record.ts';

const theirs = fhirLibrary(
  'Theirs',
  `valueset "Absent": 'http://test/absent'
parameter "Only" Integer default singleton from { 1, 2 }
context Patient
define "Fails": exists ([Observation] O where O.code in "Absent")
define "Uses Parameter": "Only" + 1
define function "Only One"(list List<Integer>): singleton from list`,
);
const own = fhirLibrary(
  'Own',
  `context Patient
define "In A Function": { 1 } union { Theirs."Only One"({ 1, 2 }) }
define "In Another": Theirs."Fails"
define "In A With": [Observation] O with [Condition] C such that C.id = singleton from { 'a', 'b' }
define "In A Once": [Observation] O where O.id = ToString(singleton from { 1, 2 } + 1)
define "In A Let": [Observation] O let x: singleton from { O.id, 'b' } return all x
define "In A Sort": ({ 1, 2 }) X return all X sort by singleton from { $this, 3 }
define "By Message":
  Message(1, true, 'code', 'Error', 'text')
define "In A Parameter": Theirs."Only"`,
  ['Theirs'],
);

const libraries = await elmOf([theirs, own]);
const chart = [
  resource('Observation', { id: 'a', code: { coding: [{ code: 'x' }] } }),
  resource('Condition', { id: 'a' }),
];
const single = 'SingletonFrom: expected at most one element, got 2';

describe.each([false, true])('an error (traced: %s)', async (traced) => {
  const engine = await createCompiledEngine({
    libraries,
    model,
    valueSets: valueSets({}),
    cacheDirs: testCaches,
    ...(traced && { trace: () => {} }),
  });

  it.each([
    ['In A Function', `Own."In A Function" at Theirs 9:49-9:67: ${single}`],
    ['In Another', /^Theirs\."Fails" at 7:41-7:64: .*http:\/\/test\/absent/],
    ['In A With', `Own."In A With" at 8:73-8:99: ${single}`],
    ['In A Once', `Own."In A Once" at 9:59-9:81: ${single}`],
    ['In A Let', `Own."In A Let" at 10:43-10:70: ${single}`],
    ['In A Sort', `Own."In A Sort" at 11:55-11:81: ${single}`],
    ['By Message', 'Own."By Message" at 13:3-13:43: code: text'],
    ['In A Parameter', `Own."In A Parameter" at Theirs 5:34-5:56: ${single}`],
  ])('%s names the library, the definition and the place', async (definition, message) => {
    const evaluation = engine.evaluate({ record: recordOf(chart), now, timeZone: 'UTC' });
    await expect(evaluation.value('Own', definition)).rejects.toThrow(message);
    // Kept, and told the same to whoever asks again.
    await expect(evaluation.value('Own', definition)).rejects.toThrow(message);
  });

  it('of a parameter’s default names the definition that needed it', async () => {
    const evaluation = engine.evaluate({ record: recordOf(chart), now, timeZone: 'UTC' });
    await expect(evaluation.value('Own', 'In A Parameter')).rejects.toThrow('Own."In A Parameter"');
    await expect(evaluation.value('Theirs', 'Uses Parameter')).rejects.toThrow(`Theirs."Uses Parameter" at 5:34-5:56`);
  });
});

describe('placeOfError', () => {
  it('knows nothing of an error that did not come out of a generated module', () => {
    expect(placeOfError(new Error('x'))).toBeUndefined();
    expect(placeOfError('x')).toBeUndefined();
    expect(placeOfError(undefined)).toBeUndefined();
  });

  it('knows nothing of a module that is not there', () => {
    const error = new Error('x');
    error.stack = 'Error: x\n    at body (file:///nowhere/modules/Own-0123abcd.mjs:3:4)';
    expect(placeOfError(error)).toBeUndefined();
  });
});
