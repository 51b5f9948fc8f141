import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';

export interface RuleParts {
  readonly family?: string;
  readonly id: string;
  /** An object, or the text of the file. */
  readonly manifest?: object | string;
  /** The library after its header; the whole text where it begins with `library`; null for no file. */
  readonly cql?: string | null;
}

const source = {
  citation: 'none',
  developer: 'Test',
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
    dateOfBirth: false,
    socialDeterminants: false,
    healthStatusAssessments: false,
  },
};

const common = {
  title: 'Test',
  version: '1.0.0',
  status: 'draft',
  owner: 'Test',
  review: '2027-05-31',
  hooks: ['patient-view'],
  clocks: ['hook'],
  source,
  rationale: 'Test',
  ages: 'any',
};

/** A manifest of a reminder, whose one step is due at once and overdue after six months. */
export const reminder = (id: string, elements: object = {}) => ({
  id,
  kind: 'reminder',
  ...common,
  tracks: { normal: { test: { soon: '1 mo', due: '0 d', overdue: '6 mo' } } },
  cards: {},
  ...elements,
});

/** A manifest of an order rule on an NSAID with warfarin, with one problem. */
export const orderRule = (id: string, elements: object = {}) => ({
  id,
  kind: 'order',
  ...common,
  gate: [{ draft: ['nsaid'], with: ['vitamin-k-antagonist'], in: ['active'] }],
  problems: {
    bleeding: {
      base: 'warning',
      modifiers: { ulcer: { effect: 'raise', label: 'an ulcer' } },
      card: { summary: 's', detail: 'd', consequence: 'c', serious: true, mechanism: 'm', evidence: 'e' },
    },
  },
  ...elements,
});

/** Definitions of a reminder that is due today for everybody. */
export const dueToday = `define "In Population": true
define "Last Done": null as Tuple { done Date, doneBy FHIR.DomainResource }
define "Due Date": Today()`;

const libraryText = (name: string, cql: string): string => {
  if (cql.startsWith('library')) return cql;
  const header = `library ${name}\nusing FHIR version '4.0.1'\ninclude FHIRHelpers version '4.0.1'\n`;
  return `${header}${cql.includes('context Patient') ? '' : 'context Patient\n'}${cql}\n`;
};

const libraryName = (id: string): string => id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const basis: Readonly<Record<string, string>> = {
  'services.yaml': stringify({
    services: [{ id: 'test', hooks: ['patient-view'], title: 'Test', description: 'Test', families: ['screening'] }],
  }),
  'vocabulary/medications.tsv':
    'rxcui\ttty\tname\tingredients\n11289\tIN\twarfarin\t11289\n855332\tSCD\twarfarin sodium 5 MG Oral Tablet\t11289\n' +
    '5640\tIN\tibuprofen\t5640\n197806\tSCD\tibuprofen 600 MG Oral Tablet\t5640\n',
  'vocabulary/drug-classes/nsaid.yaml':
    "id: nsaid\ntitle: NSAIDs\nkind: drug-class\nsource: test\ncodes:\n  RXNORM:\n    '5640': ibuprofen\n",
  'vocabulary/drug-classes/vitamin-k-antagonist.yaml':
    "id: vitamin-k-antagonist\ntitle: VKA\nkind: drug-class\nsource: test\ncodes:\n  RXNORM:\n    '11289': warfarin\n",
  'vocabulary/value-sets/ulcer.yaml':
    "id: ulcer\ntitle: Ulcer\nsource: test\ncodes:\n  ICD10CM:\n    'K25.0': Acute gastric ulcer\n",
};

const made: string[] = [];

/** A rules folder in a temporary place; `files` replace or add to its files, null leaves one out. */
export const makeRules = (rules: readonly RuleParts[], files: Readonly<Record<string, string | null>> = {}): string => {
  const dir = mkdtempSync(join(tmpdir(), 'carehook-rules-'));
  made.push(dir);
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  };
  for (const [file, text] of Object.entries({ ...basis, ...files })) if (text !== null) write(file, text);
  for (const { family = 'screening', id, manifest = reminder(id), cql = dueToday } of rules) {
    write(`${family}/${id}/rule.yaml`, typeof manifest === 'string' ? manifest : stringify(manifest));
    if (cql !== null) write(`${family}/${id}/${libraryName(id)}.cql`, libraryText(libraryName(id), cql));
  }
  return dir;
};

/** Removes the folders that the tests of a file made. */
export const removeMadeRules = (): void => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true });
};
