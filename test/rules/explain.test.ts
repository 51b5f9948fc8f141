import { describe, expect, it } from 'vitest';
import { createCompiledEngine } from '../../src/cql/compiled.ts';
import type { Elm } from '../../src/cql/elm.ts';
import { toPlain } from '../../src/cql/plain.ts';
import { createTrail, explainLibrary, includedLibraries } from '../../src/rules/explain.ts';
import { elmOf, fhirLibrary, model, testCaches } from '../support/cql.ts';
import { now, recordOf, resource } from '../support/record.ts';

const library = fhirLibrary(
  'Explained',
  `context Patient
define "Finals": [Observation] O where O.status = 'final'
define "In Population":
  AgeInYears() >= 45
    and exists ("Finals")
define "Excluded": exists ([Condition] C where C.recordedDate before Today())
define "Numbers": { 1, 2, 3, 4, 5, 6 }
define "Row": Tuple { done: First("Finals"), note: null as String, count: 2 }
define "Unasked": true`,
);
const elms = await elmOf([library]);
const chart = [
  resource('Observation', {
    id: 'a',
    status: 'final',
    code: { text: 'FIT' },
    effectiveDateTime: '2026-01-05T09:30:00Z',
  }),
  resource('Condition', { id: 'c', recordedDate: '2020-01-01', code: { coding: [{ display: 'Asthma' }] } }),
];

/** The lines of an explanation once some definitions were evaluated. */
const explain = async (asked: readonly string[], resources = chart) => {
  const trail = createTrail();
  const engine = await createCompiledEngine({
    libraries: elms,
    model,
    valueSets: new Map(),
    cacheDirs: testCaches,
    trace: (name, localId, value, read) => trail.trace(name, localId, toPlain(value), read),
  });
  const evaluation = engine.evaluate({ record: recordOf(resources), now, timeZone: 'UTC' });
  for (const definition of asked) await evaluation.value('Explained', definition);
  return explainLibrary(library, elms.get('Explained') as Elm, trail);
};

describe('an explanation', () => {
  it('gives what was computed, in the order of the text, and below a truth value the clauses that decide it', async () => {
    expect(
      (await explain(['In Population'])).map(({ depth, text, value, line }) => [depth, text, value, line]),
    ).toEqual([
      [0, '"Finals"', '1: Observation FIT 2026-01-05', 5],
      [0, '"In Population"', 'true', 6],
      [1, 'AgeInYears() >= 45', 'true', 7],
      [1, 'exists ("Finals")', 'true', 8],
    ]);
  });

  it('names the resources that a truth value rests on', async () => {
    const readBy = Object.fromEntries(
      (await explain(['In Population', 'Excluded'])).map(({ text, read }) => [text, read]),
    );
    expect(readBy).toMatchObject({
      '"Finals"': [],
      '"In Population"': ['Patient', 'Observation FIT 2026-01-05'],
      'AgeInYears() >= 45': ['Patient'],
      'exists ("Finals")': ['Observation FIT 2026-01-05'],
      '"Excluded"': ['Condition Asthma 2020-01-01'],
    });
  });

  it('shows lists shortened, and of a tuple what is there', async () => {
    const values = Object.fromEntries((await explain(['Numbers', 'Row'])).map(({ text, value }) => [text, value]));
    expect(values['"Numbers"']).toBe('6: 1; 2; 3; 4; 5; …');
    expect(values['"Row"']).toBe('{ done: Observation FIT 2026-01-05, count: 2 }');
  });

  it('shows an empty list and null in words', async () => {
    const values = Object.fromEntries((await explain(['Finals', 'Row'], [])).map(({ text, value }) => [text, value]));
    expect(values['"Finals"']).toBe('none');
    expect(values['"Row"']).toBe('{ count: 2 }');
  });
});

describe('includedLibraries', () => {
  it('are the library itself and all that it includes', () => {
    expect(includedLibraries('Explained', elms)).toEqual(['Explained', 'FHIRHelpers']);
  });
});
