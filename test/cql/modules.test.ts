import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { compileLibraries } from '../../src/cql/modules.ts';
import { elmOf, fhirLibrary, model } from '../support/cql.ts';

const base = fhirLibrary('Base', 'context Patient\ndefine "One": 1');
const outer = fhirLibrary('Outer', 'context Patient\ndefine "Two": Base."One" + 1', ['Base']);
const changed = fhirLibrary('Base', 'context Patient\ndefine "One": 11');

const made: string[] = [];
const makeDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'carehook-modules-'));
  made.push(dir);
  return dir;
};
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true });
});

const filesIn = (dir: string): readonly string[] => {
  try {
    return readdirSync(join(dir, 'modules')).sort();
  } catch {
    return [];
  }
};
const compile = async (sources: Parameters<typeof elmOf>[0], first: string, ...others: readonly string[]) =>
  compileLibraries(await elmOf(sources), { model, cacheDirs: [first, ...others] });

describe('modules', () => {
  it('are generated once, includes before those who include them', async () => {
    const dir = makeDir();
    const { files, interpreted } = await compile([base, outer], dir);
    expect([...files.keys()]).toEqual(['FHIRHelpers', 'Base', 'Outer']);
    expect(interpreted.size).toBe(0);
    expect(filesIn(dir)).toEqual([
      expect.stringMatching(/^Base-[0-9a-f]{20}\.mjs$/),
      expect.stringMatching(/^FHIRHelpers-[0-9a-f]{20}\.mjs$/),
      expect.stringMatching(/^Outer-[0-9a-f]{20}\.mjs$/),
    ]);
    const times = () => filesIn(dir).map((file) => statSync(join(dir, 'modules', file)).mtimeMs);
    const before = times();
    expect((await compile([base, outer], dir)).files).toEqual(files);
    expect(times()).toEqual(before);
  });

  it('are found in any cache folder, and nothing is written where one has all', async () => {
    const [written, built] = [makeDir(), makeDir()];
    await compile([base, outer], built);
    const { files } = await compile([base, outer], written, built);
    expect(filesIn(written)).toEqual([]);
    expect([...files.values()].every((file) => file.startsWith(built))).toBe(true);
  });

  it('that one folder lacks are written to the first', async () => {
    const [written, built] = [makeDir(), makeDir()];
    await compile([base], built);
    const { files } = await compile([base, outer], written, built);
    expect(filesIn(written)).toEqual([expect.stringMatching(/^Outer-/)]);
    expect(files.get('Base')).toContain(built);
  });

  it('are others where the library, or one that it includes, is another', async () => {
    const dir = makeDir();
    const { files } = await compile([base, outer], dir);
    const { files: others } = await compile([changed, outer], dir);
    expect(others.get('Outer')).not.toBe(files.get('Outer'));
    expect(others.get('Base')).not.toBe(files.get('Base'));
    expect(others.get('FHIRHelpers')).toBe(files.get('FHIRHelpers'));
  });

  it('are others where they are traced', async () => {
    const dir = makeDir();
    const libraries = await elmOf([base]);
    const [plain, traced] = await Promise.all(
      [false, true].map((each) => compileLibraries(libraries, { model, cacheDirs: [dir], traced: each })),
    );
    expect(traced?.files.get('Base')).not.toBe(plain?.files.get('Base'));
  });

  it('are whole when several generate them at once, and leave nothing beside them', async () => {
    const dir = makeDir();
    const all = await Promise.all(Array.from({ length: 5 }, () => compile([base, outer], dir)));
    expect(new Set(all.map(({ files }) => [...files.values()].join())).size).toBe(1);
    expect(filesIn(dir)).toHaveLength(3);
    for (const file of filesIn(dir)) expect(readFileSync(join(dir, 'modules', file), 'utf8')).toMatch(/\n\};\n$/);
  });

  it('of another compiler are others', async () => {
    // A copy of the sources, whose compiler has one more comment.
    const copy = makeDir();
    const root = join(import.meta.dirname, '../..');
    cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    appendFileSync(join(copy, 'src/cql/compile/code.ts'), '// Another\n');
    const another = (await import(pathToFileURL(join(copy, 'src/cql/modules.ts')).href)) as {
      readonly compileLibraries: typeof compileLibraries;
    };
    const dir = makeDir();
    const libraries = await elmOf([base]);
    const own = await compileLibraries(libraries, { model, cacheDirs: [dir] });
    const theirs = await another.compileLibraries(libraries, { model, cacheDirs: [dir] });
    expect(theirs.files.get('Base')).not.toBe(own.files.get('Base'));
    const text = (file: string | undefined) => readFileSync(String(file), 'utf8');
    expect(text(theirs.files.get('Base'))).toBe(text(own.files.get('Base')));
  });
});

describe('a library that has no module', () => {
  const instance = fhirLibrary('Instance', 'context Patient\ndefine "X": FHIR.code { value: \'x\' }');
  const user = fhirLibrary('User', 'context Patient\ndefine "Y": Instance."X"', ['Instance']);

  it('is remembered with the reason', async () => {
    const dir = makeDir();
    const reasons = async () => [...(await compile([instance, user, base], dir)).interpreted];
    const first = await reasons();
    expect(first.map(([key]) => key)).toEqual(['Instance', 'User']);
    expect(first[0]?.[1]).toMatch(/^an instance of FHIR\.code at 5:/);
    expect(first[1]?.[1]).toMatch(/^it includes Instance: an instance of FHIR\.code/);
    expect(await reasons()).toEqual(first);
    const file = filesIn(dir).find((name) => name.startsWith('Instance-'));
    expect(readFileSync(join(dir, 'modules', String(file)), 'utf8')).toMatch(
      /^export const unsupported = "an instance/,
    );
  });
});
