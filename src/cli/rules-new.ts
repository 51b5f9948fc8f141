import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { localDate, systemClock } from '../clock.ts';
import type { Settings } from '../config.ts';
import { CarehookError } from '../errors.ts';
import { addDuration } from '../rules/duration.ts';
import { pascalCase } from '../rules/load.ts';

/**
 * Writes a rule folder that loads, passes its cases, and says where to go on: a reminder for adults that is due yearly.
 *
 * @throws CONFIG_INVALID when the name has not the form `family/id`, or the folder is there already
 */
export const rulesNew = async ({ rulesDir, timeZone }: Settings, name: string): Promise<void> => {
  const match = /^([a-z0-9]+(?:-[a-z0-9]+)*)\/([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(name);
  if (!match)
    throw new CarehookError('CONFIG_INVALID', `expected a name such as screening/blood-pressure, got "${name}"`);
  const [, family = '', id = ''] = match;
  const folder = join(rulesDir, family, id);
  if (existsSync(folder)) throw new CarehookError('CONFIG_INVALID', `${folder}: there is a rule of this name already`);
  const library = pascalCase(id);
  const files = {
    'rule.yaml': manifest(id, localDate(systemClock.now(), timeZone)),
    [`${library}.cql`]: cql(library),
    'cases.yaml': cases,
  };
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await writeFile(join(folder, file), text);
    process.stdout.write(`wrote ${join(folder, file)}\n`);
  }
  process.stdout.write(`next: npx carehook rules test ${id} --watch\n`);
};

const schemaLine = (name: string): string => `# yaml-language-server: $schema=../../schema/${name}.schema.json\n`;

const manifest = (id: string, today: string): string => {
  const title = id.charAt(0).toUpperCase() + id.slice(1).replaceAll('-', ' ');
  return (
    schemaLine('rule') +
    stringify({
      id,
      kind: 'reminder',
      title,
      version: '0.1.0',
      status: 'draft',
      owner: 'who answers for the rule',
      review: addDuration(today, { value: 6, unit: 'mo' }),
      hooks: ['patient-view'],
      clocks: ['hook', 'night'],
      source: {
        citation: 'The guideline: authors, title, journal or publisher, year.',
        developer: 'who wrote the rule',
        funding: 'none',
        released: 'missing',
        revised: 'missing',
        uses: {
          race: false,
          ethnicity: false,
          language: false,
          sexualOrientation: false,
          genderIdentity: false,
          sex: false,
          dateOfBirth: true,
          socialDeterminants: false,
          healthStatusAssessments: false,
        },
      },
      ages: 'any',
      rationale:
        'Whom it is for, what counts, what excludes and why; where sources disagree, which reading was taken.\n',
      lookBack: { Observation: 'ever' },
      tracks: { [id]: { test: { soon: '1 mo', due: '0 d', overdue: '3 mo' } } },
      cards: {
        'due-soon': { indicator: 'info', summary: `${title} is due on {{due}}`, detail: 'Age {{age}}.\n' },
        due: { indicator: 'info', summary: `${title} is due`, detail: 'Age {{age}}.\nLast done {{lastDone}}.\n' },
        overdue: {
          indicator: 'warning',
          summary: `${title} is overdue`,
          detail: 'Age {{age}}.\nLast done {{lastDone}}.\n',
        },
      },
      overrideReasons: ['action-completed', 'patient-refuses'],
    })
  );
};

const cql = (library: string): string => `library ${library}

using FHIR version '4.0.1'
include FHIRHelpers version '4.0.1'
include Dates called Dates
include Status called Status

// A file of vocabulary/value-sets/ with this id: codes with their names, by system.
valueset "Test": 'http://carehook.org/fhir/ValueSet/inr'

parameter "Interval" System.Quantity default 1 year

context Patient

define "In Population":
  AgeInYears() >= 18

define "Tests Done":
  (Status.Final([Observation: "Test"])) O
    where Dates.EffectiveOn(O) on or before Today()
    return Tuple { done: Dates.EffectiveOn(O), doneBy: O }
    sort by done

define "Last Done":
  Last("Tests Done")

define "Due Date":
  Coalesce("Last Done".done + "Interval" + 1 day, Today())

define "Facts":
  Tuple { age: AgeInYears() }
`;

const cases = `${schemaLine('cases')}now: '2026-06-15T10:00:00-04:00'
timeZone: America/New_York
shared:
  test: &test
    resourceType: Observation
    status: final
    code: { coding: [{ system: 'http://loinc.org', code: 6301-6 }] }
  adult: &adult { birthDate: '1970-01-01' }
cases:
  - name: 'due: never tested on the eighteenth birthday'
    patient: { birthDate: '2008-06-15' }
    expect: { status: due, due: '2026-06-15' }
  - name: 'not-applicable: seventeen for one more day'
    patient: { birthDate: '2008-06-16' }
    expect: { status: not-applicable }
  - name: 'met: tested yesterday'
    patient: *adult
    record: [{ <<: *test, effectiveDateTime: '2026-06-14' }]
    expect: { status: met, due: '2027-06-15' }
  - name: 'due-soon: tested a year ago to the day'
    patient: *adult
    record: [{ <<: *test, effectiveDateTime: '2025-06-15' }]
    expect: { status: due-soon, due: '2026-06-16' }
  - name: 'due: tested a year and a day ago'
    patient: *adult
    record: [{ <<: *test, effectiveDateTime: '2025-06-14' }]
    expect: { status: due, due: '2026-06-15' }
  - name: 'overdue: tested fifteen months and a day ago'
    patient: *adult
    record: [{ <<: *test, effectiveDateTime: '2025-03-14' }]
    expect: { status: overdue, due: '2026-03-15' }
  - name: 'due: the only test was entered in error'
    patient: *adult
    record: [{ <<: *test, status: entered-in-error, effectiveDateTime: '2026-06-01' }]
    expect: { status: due }
  - name: 'unknown: observations could not be had'
    patient: *adult
    missing: [Observation]
    expect: { status: unknown, reason: Observation }
`;
