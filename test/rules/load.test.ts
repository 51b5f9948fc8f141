import { afterAll, describe, expect, it } from 'vitest';
import { loadRulesFolder } from '../../src/rules/load.ts';
import { dueToday, makeRules, orderRule, reminder, removeMadeRules } from '../support/made-rules.ts';

afterAll(removeMadeRules);

const problemsOf = async (...parts: Parameters<typeof makeRules>) =>
  (await loadRulesFolder(makeRules(...parts))).problems;

describe('loadRulesFolder', () => {
  it('reads rules by family and folder, shared libraries and services', async () => {
    const dir = makeRules(
      [{ id: 'colorectal-cancer' }, { family: 'interactions', id: 'a-with-b', manifest: orderRule('a-with-b') }],
      {
        'lib/Dates.cql': 'library Dates\n',
        'lib/Dates.cases.cql': 'library DatesCases\n',
        'lib/notes.txt': 'not CQL',
      },
    );
    const { rules, shared, libraryCases, services, problems } = await loadRulesFolder(dir);
    expect(problems).toEqual([]);
    expect(rules).toMatchObject([
      { folder: 'interactions/a-with-b', family: 'interactions', library: { name: 'AWithB' } },
      {
        folder: 'screening/colorectal-cancer',
        family: 'screening',
        manifest: { id: 'colorectal-cancer', kind: 'reminder' },
        library: { name: 'ColorectalCancer', file: 'screening/colorectal-cancer/ColorectalCancer.cql' },
      },
    ]);
    expect(shared).toEqual([{ file: 'lib/Dates.cql', name: 'Dates', text: 'library Dates\n' }]);
    expect(libraryCases).toMatchObject([{ of: 'Dates', library: { name: 'DatesCases', file: 'lib/Dates.cases.cql' } }]);
    expect(services).toMatchObject([{ id: 'test', mostCards: 10 }]);
  });

  it('reads no rule from the folders that hold something else', async () => {
    const { rules } = await loadRulesFolder(
      makeRules([], { 'schema/x/rule.yaml': 'id: x', 'lib/y/rule.yaml': 'id: y' }),
    );
    expect(rules).toEqual([]);
  });

  it.each([
    [
      'its CQL',
      { id: 'a-b', cql: null },
      { file: 'screening/a-b/AB.cql', message: 'expected the CQL of the rule in this file, found none' },
    ],
    [
      'its manifest',
      { id: 'a-b', manifest: '' },
      { file: 'screening/a-b/rule.yaml', message: expect.stringContaining('the file: ') },
    ],
    [
      'the name of its library',
      { id: 'a-b', cql: 'library Other\n' },
      { file: 'screening/a-b/AB.cql', line: 1, column: 1, message: 'expected "library AB", got Other' },
    ],
    [
      'any library statement',
      { id: 'a-b', cql: 'library\n' },
      { file: 'screening/a-b/AB.cql', line: 1, column: 1, message: 'expected "library AB", got no library statement' },
    ],
    [
      'its id',
      { id: 'a-b', manifest: reminder('other') },
      {
        file: 'screening/a-b/rule.yaml',
        line: 1,
        column: 1,
        message: 'id: expected the folder\'s name "a-b", got "other"',
      },
    ],
  ])('says once of a rule that it lacks %s', async (_, rule, problem) => {
    expect(await problemsOf([rule as never])).toEqual([problem]);
  });

  it('says of a shared library that its name is another', async () => {
    expect(await problemsOf([], { 'lib/Dates.cql': '\nlibrary Days\n' })).toEqual([
      { file: 'lib/Dates.cql', line: 1, column: 1, message: 'expected "library Dates", got Days' },
    ]);
  });

  it('says that services.yaml is not there', async () => {
    expect(await problemsOf([], { 'services.yaml': null })).toEqual([
      { file: 'services.yaml', message: 'expected this file, found none' },
    ]);
  });

  it.each([
    ['an unknown key', { colour: 'red' }, /^the file: Unrecognized key: "colour"/],
    ['a status that there is not', { status: 'done' }, /^status: /],
    ['a version that is no semantic version', { version: '1.0' }, /^version: expected a semantic version/],
    [
      'a length of time that cannot be read',
      { tracks: { normal: { test: { due: '3 weeks', overdue: '6 mo' } } } },
      /^tracks\.normal\.test\.due: expected a length of time/,
    ],
    [
      'an unknown key in a window',
      { tracks: { normal: { test: { due: '0 d', overdue: '6 mo', late: '1 y' } } } },
      /^tracks\.normal\.test: Unrecognized key: "late"/,
    ],
    ['no hook', { hooks: [] }, /^hooks: /],
  ])('places %s in a manifest', async (_, elements, message) => {
    const problems = await problemsOf([{ id: 'a-b', manifest: reminder('a-b', elements) }]);
    expect(problems).toEqual([
      {
        file: 'screening/a-b/rule.yaml',
        line: expect.any(Number),
        column: expect.any(Number),
        message: expect.stringMatching(message),
      },
    ]);
  });

  it('tells all faults of all files together', async () => {
    const problems = await problemsOf(
      [
        { id: 'a-b', manifest: reminder('a-b', { colour: 'red', status: 'done' }), cql: null },
        { id: 'good-one', cql: dueToday },
        { id: 'c-d', cql: 'library X\n' },
      ],
      { 'services.yaml': 'services: []\n' },
    );
    expect(problems.map(({ file }) => file)).toEqual([
      'services.yaml',
      'screening/a-b/rule.yaml',
      'screening/a-b/rule.yaml',
      'screening/a-b/AB.cql',
      'screening/c-d/CD.cql',
    ]);
  });
});
