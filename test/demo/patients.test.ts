import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPatients, resolveRelativeDates } from '../../src/demo/patients.ts';

const TODAY = '2026-03-31';

describe('a date relative to today', () => {
  it.each([
    ['@today', '2026-03-31', '2026-03-31'],
    ['@today-45y', '2026-03-31', '1981-03-31'],
    ['@today-10y-3d', '2026-03-31', '2016-03-28'],
    ['@today-1m', '2026-03-31', '2026-02-28'],
    ['@today-1m', '2024-03-31', '2024-02-29'],
    ['@today-1y', '2024-02-29', '2023-02-28'],
    ['@today+1m', '2026-01-31', '2026-02-28'],
    ['@today-6m+2d', '2026-08-31', '2026-03-02'],
    ['@today-45y+1m', '2026-12-15', '1982-01-15'],
    ['@today-1m-1y', '2025-03-31', '2024-02-29'],
    ['@today-90d', '2026-03-31', '2025-12-31'],
    ['@today-20dT09:30', '2026-03-31', '2026-03-11T09:30:00Z'],
    ['@todayT23:59', '2026-03-31', '2026-03-31T23:59:00Z'],
  ])('%s on %s… is counted from the day given', (form, today, expected) => {
    expect(resolveRelativeDates(form, today)).toBe(expected);
  });

  it('is found at any depth, and what is not one stays as it is', () => {
    const value = { a: ['@today', 'today', 5, null], b: { c: true } };
    expect(resolveRelativeDates(value, TODAY)).toEqual({ a: [TODAY, 'today', 5, null], b: { c: true } });
    expect(value.a[0]).toBe('@today');
  });

  it.each([
    '@toady',
    '@today-3',
    '@today-3w',
    '@today 3d',
    '@today-3dT9:30',
    '@todayT24:00',
    'on @today',
    '@today-9999y',
  ])('that cannot be read is an error with its place: %s', (form) => {
    expect(() => resolveRelativeDates({ onset: [form] }, TODAY)).toThrow(/^onset\[0\]: expected a form such as/);
  });

  it.each(['', '2026-02-30', '31.3.2026', '2026-3-31'])('cannot be counted from %j', (today) => {
    expect(() => resolveRelativeDates('@today', today)).toThrow('expected today as YYYY-MM-DD');
  });
});

describe('a patient file', () => {
  const root = mkdtempSync(join(tmpdir(), 'carehook-patients-'));
  let folders = 0;
  afterAll(() => rmSync(root, { recursive: true }));
  const load = (text: string) => {
    const dir = join(root, String(++folders));
    mkdirSync(dir);
    writeFileSync(join(dir, 'jo-doe.yaml'), text);
    return () => loadPatients(dir, TODAY);
  };
  const patient = (id: string, more = '') =>
    `story: s\nresources:\n  - { resourceType: Patient, id: ${id}, name: [{ given: [Jo], family: Doe }] }\n${more}`;

  it('gives id, name, story and resources', () => {
    const [jo] = load(patient('jo-doe', "  - { resourceType: Flag, id: f, period: { start: '@today-1d' } }\n"))();
    expect(jo).toMatchObject({ id: 'jo-doe', name: 'Jo Doe', story: 's' });
    expect(jo?.resources[1]).toMatchObject({ period: { start: '2026-03-30' } });
  });

  it.each([
    ['whose first resource is someone else', patient('eve'), 'expected the first resource to be Patient/jo-doe'],
    [
      'whose first resource is no Patient',
      'story: s\nresources: [{ resourceType: Flag, id: jo-doe }]',
      'Patient/jo-doe',
    ],
    ['without a story', 'resources: []', 'story'],
    ['with a resource that has no id', 'story: s\nresources: [{ resourceType: Patient }]', 'id'],
    ['with a key nobody reads', `${patient('jo-doe')}notes: x\n`, 'notes'],
    ['without a name', 'story: s\nresources: [{ resourceType: Patient, id: jo-doe }]', 'name'],
    ['with a date that cannot be read', patient('jo-doe', "  - { resourceType: Flag, id: '@today-x' }\n"), '@today-x'],
    ['that is no YAML', 'story: [', 'jo-doe.yaml'],
  ])('%s is an error that names it', (_, text, words) => {
    expect(load(text)).toThrow(words);
    expect(load(text)).toThrow('jo-doe.yaml');
  });
});
