import { describe, expect, it } from 'vitest';
import { compileEngine, createCompiledEngine } from '../../src/cql/compiled.ts';
import { type Elm, type ElmNode, walkElm } from '../../src/cql/elm.ts';
import { linkEngine } from '../../src/cql/engine-image.ts';
import { elmOf, fhirLibrary, model, testCaches } from '../support/cql.ts';
import { now, recordOf, resource } from '../support/record.ts';

const plain = fhirLibrary('Plain', 'context Patient\ndefine "Count": Count([Observation])');
const instance = fhirLibrary(
  'Instance',
  `context Patient
define "Coding": FHIR.Coding { code: FHIR.code { value: 'x' } }
define "Code": "Coding".code.value
define "Count Twice": Plain."Count" * 2`,
  ['Plain'],
);
const outer = fhirLibrary('Outer', 'context Patient\ndefine "Their Code": Instance."Code" + \'!\'', ['Instance']);
const ranged = fhirLibrary('Ranged', 'context Patient\ndefine "In 2026": [Encounter] E return all E.id.value');

/** A library whose retrieve asks for a date range, which the translator never writes here. */
const withDateRange = (elm: Elm): Elm => {
  const copy = structuredClone(elm);
  walkElm(copy, (node) => {
    if (node.type === 'Retrieve' && String(node.dataType).endsWith('Encounter'))
      Object.assign(node, { dateProperty: 'period', dateRange: { type: 'Null' } satisfies ElmNode });
  });
  return copy;
};

const libraries = new Map(await elmOf([plain, instance, outer, ranged]));
libraries.set('Ranged', withDateRange(libraries.get('Ranged') as Elm));
const input = { libraries, model, valueSets: new Map(), cacheDirs: testCaches };
const chart = [resource('Observation', { id: 'a' }), resource('Observation', { id: 'b' })];
const context = () => ({ record: recordOf(chart), now, timeZone: 'UTC' });

describe('a library with a node that has no compiled form', () => {
  it('is named with the reason, as is a library that includes it; others are compiled', async () => {
    const { interpreted } = await createCompiledEngine(input);
    expect([...interpreted].sort()).toEqual([
      ['Instance', expect.stringContaining('an instance of FHIR.code at 6:38-6:61')],
      ['Outer', expect.stringContaining('it includes Instance: an instance of FHIR.code')],
      ['Ranged', expect.stringContaining('a retrieve with dateProperty')],
    ]);
  });

  it('gives its values, interpreted, beside those of the compiled', async () => {
    const evaluation = (await createCompiledEngine(input)).evaluate(context());
    expect(await evaluation.value('Instance', 'Code')).toBe('x');
    expect(await evaluation.value('Instance', 'Coding')).toEqual({ code: { value: 'x' } });
    expect(await evaluation.value('Instance', 'Count Twice')).toBe(4);
    expect(await evaluation.value('Outer', 'Their Code')).toBe('x!');
    expect(await evaluation.value('Plain', 'Count')).toBe(2);
  });

  it('says that a definition is not there as any other does', async () => {
    const evaluation = (await createCompiledEngine(input)).evaluate(context());
    await expect(evaluation.value('Outer', 'Nothing')).rejects.toThrow('there is no such definition');
    await expect(evaluation.value('Plain', 'Nothing')).rejects.toThrow('there is no such definition');
    await expect(evaluation.value('Nowhere', 'Nothing')).rejects.toThrow('there is no such definition');
  });
});

describe('an image', () => {
  it('is plain data that another thread can be given, and an engine is linked from it', async () => {
    const image = structuredClone(await compileEngine(input));
    const engine = await linkEngine(image, { valueSets: new Map() });
    expect(await engine.evaluate(context()).value('Plain', 'Count')).toBe(2);
    expect(await engine.evaluate(context()).value('Outer', 'Their Code')).toBe('x!');
    expect([...engine.interpreted.keys()].sort()).toEqual(['Instance', 'Outer', 'Ranged']);
  });

  it('holds the ELM only of what runs interpreted, and of what that includes', async () => {
    const { libraries: kept } = await compileEngine(input);
    expect([...kept.keys()].sort()).toEqual(['FHIRHelpers', 'Instance', 'Outer', 'Plain', 'Ranged']);
    const all = await compileEngine({ ...input, libraries: await elmOf([plain]) });
    expect([...all.libraries.keys()]).toEqual([]);
  });
});
