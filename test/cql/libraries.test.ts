import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type CqlSource, fhirHelpers, translateLibraries } from '../../src/cql/libraries.ts';
import { createTranslator, type Translator } from '../../src/cql/translate.ts';
import { source } from '../support/cql.ts';

const translator = createTranslator();
let dir = '';
const dirs: string[] = [];
const freshDir = () => {
  const made = mkdtempSync(join(tmpdir(), 'carehook-libraries-'));
  dirs.push(made);
  return made;
};
beforeEach(() => {
  dir = freshDir();
});
afterAll(() => {
  translator.close();
  for (const each of dirs) rmSync(each, { recursive: true });
});

/** The real translator, which also notes what it was asked for. */
const noting = (): Translator & { readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    translate: (job) => {
      asked.push(job.name);
      return translator.translate(job);
    },
    close: () => {},
  };
};

const translate = (sources: readonly CqlSource[], more: readonly string[] = []) =>
  translateLibraries(sources, { cacheDirs: [dir, ...more], translator });
const problemsOf = async (...sources: readonly CqlSource[]) => (await translate(sources)).problems;

const good = source('Good', 'library Good\ndefine "One": 1\n');
const shared = source('Shared', 'library Shared\ndefine "One": 1\n');
const user = source('User', 'library User\ninclude Shared called Shared\ndefine "Two": Shared."One" + 1\n');
const userOfUser = source('Outer', 'library Outer\ninclude User called User\ndefine "Three": User."Two" + 1\n');

describe('errors', () => {
  // Defect 8 of ehr-clients: a library with translation errors runs, and answers null for everything.
  it('keep the library out and name its file, line and column', async () => {
    const { libraries, problems } = await translate([good, source('Bad', 'library Bad\n\ndefine "X":\n  1 + true\n')]);
    expect([...libraries.keys()]).toEqual(['Good']);
    expect(problems).toEqual([
      {
        file: 'Bad.cql',
        line: 4,
        column: 3,
        message: 'Could not resolve call to operator Add with signature (System.Integer, System.Boolean).',
      },
    ]);
  });

  it('are all of them, in the order of the text', async () => {
    const problems = await problemsOf(
      source('Bad', 'library Bad\ndefine "X": 1 + true\ndefine "Y": nothing\ndefine "X": 2\n'),
    );
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it.each([
    ['define "X": 1 + + )2', 2, 19],
    ['defne "X": 1', 2, 1],
    ['define "X": 1 +', 3, 1],
  ])(
    'of syntax count columns from 1 and come without the translator’s own confusion: %s',
    async (line, row, column) => {
      const problems = await problemsOf(source('Bad', `library Bad\n${line}\n`));
      expect(problems).toEqual([
        { file: 'Bad.cql', line: row, column, message: expect.stringMatching(/^Syntax error/) },
      ]);
    },
  );

  it('of a unit that UCUM does not have are errors', async () => {
    const [problem] = await problemsOf(source('Bad', `library Bad\ndefine "X": 5 'mEqq/L'\n`));
    expect(problem).toMatchObject({ file: 'Bad.cql', line: 2, column: 13 });
  });

  it('in an included library are reported once, at its own file', async () => {
    const bad = source('Bad', 'library Bad\n\ndefine "Y":\n  1 + true\n\ndefine "Z": 1\n');
    const includer = (name: string) => source(name, `library ${name}\ninclude Bad called Bad\ndefine "X": Bad."Z"\n`);
    const { libraries, problems } = await translate([includer('A'), bad, includer('B')]);
    expect(problems).toEqual([{ file: 'Bad.cql', line: 4, column: 3, message: expect.stringMatching(/Add/) }]);
    expect([...libraries.keys()]).toEqual([]);
  });

  it('name an include that is not there', async () => {
    expect(await problemsOf(source('A', 'library A\ninclude Nowhere called N\n'))).toMatchObject([
      { file: 'A.cql', line: 2, column: 1, message: expect.stringMatching(/Nowhere/) },
    ]);
  });

  it('name the includes that go in a circle, and no other library suffers', async () => {
    const a = source('A', 'library A\ninclude B called B\n');
    const b = source('B', 'library B\n\ninclude C called C\n');
    const c = source('C', 'library C\ninclude A called A\n');
    const { libraries, problems } = await translate([a, b, c, good]);
    expect([...libraries.keys()]).toEqual(['Good']);
    expect(problems).toEqual([
      { file: 'A.cql', line: 2, column: 1, message: 'include B: the includes go in a circle, A → B → C → A' },
      { file: 'B.cql', line: 3, column: 1, message: 'include C: the includes go in a circle, B → C → A → B' },
      { file: 'C.cql', line: 2, column: 1, message: 'include A: the includes go in a circle, C → A → B → C' },
    ]);
    expect(await problemsOf(source('Self', 'library Self\ninclude Self called Me\n'))).toMatchObject([{ line: 2 }]);
  });

  it('are found again in the cache', async () => {
    const bad = source('Bad', 'library Bad\ndefine "X": 1 + true\n');
    const first = await problemsOf(bad);
    const again = noting();
    expect((await translateLibraries([bad], { cacheDirs: [dir], translator: again })).problems).toEqual(first);
    expect(again.asked).toEqual([]);
  });
});

describe('several versions of one library', () => {
  const version = (number: string, more = '') =>
    source('Many', `library Many version '${number}'\n${more}define "Number": '${number}'\n`);
  const caller = (name: string, include: string) =>
    source(name, `library ${name}\ninclude ${include} called M\ndefine "Number": M."Number"\n`);

  it('stand side by side, each include meaning its own', async () => {
    const both = source(
      'Both',
      `library Both\ninclude Many version '9' called M9\ninclude Many version '10' called M10\ndefine "X": M9."Number" + M10."Number"\n`,
    );
    const { libraries, problems, warnings } = await translate([version('9'), version('10'), both]);
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect([...libraries.keys()]).toEqual(['Many|9', 'Many|10', 'Both']);
    expect(libraries.get('Many|9')?.library.identifier).toMatchObject({ id: 'Many', version: '9' });
  });

  it('leave an include without version to the highest, with a warning', async () => {
    const lacking = source('Many', `library Many version '9'\ndefine "Other": 1\n`);
    const { problems, warnings } = await translate([lacking, version('10'), caller('User', 'Many')]);
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      { file: 'User.cql', line: 2, column: 1, message: 'include Many: of the versions 10, 9 the highest is taken, 10' },
    ]);
  });

  it('name those there are to an include of another', async () => {
    const { libraries, problems } = await translate([version('9'), version('10'), caller('User', "Many version '3'")]);
    expect([...libraries.keys()]).toEqual(['Many|9', 'Many|10']);
    expect(problems).toEqual([
      {
        file: 'User.cql',
        line: 2,
        column: 1,
        message: "include Many version '3': expected a version that is there (9, 10)",
      },
    ]);
  });

  it('have errors of their own file', async () => {
    const bad = { ...version('9', 'define "Bad": 1 + true\n'), file: 'Bad-9.cql' };
    const { problems } = await translate([bad, version('10'), caller('User', "Many version '9'")]);
    expect(problems).toMatchObject([{ file: 'Bad-9.cql', line: 2 }]);
  });
});

it('translates those that are asked for and what they include, and no other', async () => {
  const bad = source('Bad', 'library Bad\ndefine "X": 1 + true\n');
  const { libraries, problems } = await translateLibraries([bad, shared, user, good], {
    cacheDirs: [dir],
    translator,
    only: ['User'],
  });
  expect([...libraries.keys()]).toEqual(['Shared', 'User']);
  expect(problems).toEqual([]);
});

describe('the cache', () => {
  const libraries = [shared, user, userOfUser, good];

  it('is asked first: nothing is translated twice', async () => {
    const first = await translate(libraries);
    expect(first.translated).toBe(4);
    const second = noting();
    const { libraries: found, translated } = await translateLibraries(libraries, {
      cacheDirs: [dir],
      translator: second,
    });
    expect(second.asked).toEqual([]);
    expect(translated).toBe(0);
    expect(found).toEqual(first.libraries);
  });

  it('lets a change retranslate the library and those that include it, and no other', async () => {
    await translate(libraries);
    const again = noting();
    const changed = source('User', `${user.text}define "Four": 4\n`);
    await translateLibraries([shared, changed, userOfUser, good], { cacheDirs: [dir], translator: again });
    expect(again.asked).toEqual(['User', 'Outer']);
  });

  it('reads the further folders and writes to the first alone', async () => {
    await translate([good]);
    const [other, again] = [freshDir(), noting()];
    await translateLibraries([good, shared], { cacheDirs: [other, dir], translator: again });
    expect(again.asked).toEqual(['Shared']);
    expect(readdirSync(join(other, 'elm')).map((name) => name.replace(/-.*/, ''))).toEqual(['Shared']);
  });

  it('holds whole files only, also when two loads write the same library at once', async () => {
    const results = await Promise.all([translate([good]), translate([good]), translate([good])]);
    for (const { libraries: found } of results) expect([...found.keys()]).toEqual(['Good']);
    expect(readdirSync(join(dir, 'elm'))).toHaveLength(1);
  });

  it('with a file that is cut short or empty translates that library again', async () => {
    await translate([good, shared]);
    const [first = '', second = ''] = readdirSync(join(dir, 'elm'));
    writeFileSync(join(dir, 'elm', first), '{"library": {');
    writeFileSync(join(dir, 'elm', second), '');
    const again = noting();
    const { libraries: found, problems } = await translateLibraries([good, shared], {
      cacheDirs: [dir],
      translator: again,
    });
    expect(again.asked).toEqual(['Good', 'Shared']);
    expect([[...found.keys()], problems]).toEqual([['Good', 'Shared'], []]);
    expect((await translate([good, shared])).translated).toBe(0);
  });

  it('tells of each library before it is translated', async () => {
    const told: unknown[] = [];
    await translateLibraries([good, shared], {
      cacheDirs: [dir],
      translator,
      onProgress: (...progress) => told.push(progress),
    });
    expect(told).toEqual([
      [0, 2, 'Good'],
      [1, 2, 'Shared'],
    ]);
  });
});

it('includes that stand on one line, or in back ticks, are found', async () => {
  const both = source(
    'Both',
    'library Both\ninclude Shared called S include `Good` called G\ndefine "X": S."One" + G."One"\n',
  );
  expect(await problemsOf(shared, good, both)).toEqual([]);
});

it('a library of ours that FHIR needs stands under the name that the translator calls', () => {
  expect(fhirHelpers()).toMatchObject({
    name: 'FHIRHelpers',
    text: expect.stringMatching(/^library FHIRHelpers version '4\.0\.1'/),
  });
});
