import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { carehook, emptyFolder } from '../support/command.ts';
import { rulesDir } from '../support/rule-set.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/authoring.md', import.meta.url)), 'utf8');

/** The page's blocks in order: a file to write, or a command with what it prints. */
const blocks = [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(([, language, file, text = '']) => ({
  language,
  file,
  text,
}));

/** What differs from run to run is written in capitals on the page. */
const pattern = (line: string): RegExp =>
  new RegExp(
    line
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\b(RULES|LIBRARIES|SETS|CASES|CLAUSES)\b/g, '\\d+')
      .replace('CONTENT', '[0-9a-f]{16}')
      .replace('DATE', '\\d{4}-\\d{2}-\\d{2}')
      .replace(/\d+\\\.\d s$/, '\\d+\\.\\d s')
      .replace(/^/, '^')
      .replace(/$/, '$'),
    'm',
  );

it('docs/authoring.md, followed word for word, gives the rule that it promises', async () => {
  const place = emptyFolder();
  const at = (path: string) => join(place, path);
  cpSync(rulesDir, at('my-rules'), { recursive: true });
  // What is translated already need not be again.
  cpSync(join(rulesDir, '..', '.carehook', 'cache'), at('data/cache'), { recursive: true });
  const patient = at('patient.json');
  writeFileSync(patient, JSON.stringify(overduePatient));
  const settings = at('carehook.yaml');
  writeFileSync(settings, `rulesDir: ${at('my-rules')}\nsiteDir: ${at('site')}\ndataDir: ${at('data')}\n`);

  let commands = 0;
  for (const { language, file, text } of blocks) {
    if (file) {
      mkdirSync(dirname(at(file)), { recursive: true });
      writeFileSync(at(file), text);
    } else if (language === 'console') {
      const [command = '', ...printed] = text.trimEnd().split('\n');
      const words = [...command.replace('$ npx carehook ', '').matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, word]) => quoted ?? word ?? '',
      );
      const now = words.includes('explain') ? ['--now', '2026-06-15T10:00:00-04:00'] : [];
      const args = words.map((word) => (word === 'PATIENT' ? patient : word === 'my-rules' ? at('my-rules') : word));
      const signs = words.includes('sign');
      const { out, err, code } = await carehook(
        [...args, ...now],
        signs ? { CAREHOOK_CONFIG: settings, CAREHOOK_DATA: at('data') } : {},
      );
      expect({ command, code, err: code === 0 ? '' : err }).toEqual({ command, code: 0, err: '' });
      const shown = out.replaceAll(`${place}/`, '');
      for (const line of printed) expect(shown, command).toMatch(pattern(line));
      commands += 1;
    }
  }
  expect(commands).toBeGreaterThanOrEqual(6);
}, 300_000);

const subject = { reference: 'Patient/p' };
const overduePatient = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    { resource: { resourceType: 'Patient', id: 'p', birthDate: '1970-01-01' } },
    {
      resource: {
        resourceType: 'Condition',
        id: 'c',
        subject,
        code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9' }] },
      },
    },
    {
      resource: {
        resourceType: 'Observation',
        id: 'o',
        status: 'final',
        subject,
        code: { coding: [{ system: 'http://loinc.org', code: '4548-4' }] },
        effectiveDateTime: '2025-09-14',
      },
    },
  ],
};
