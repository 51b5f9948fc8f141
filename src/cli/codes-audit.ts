import type { FhirResource } from 'fhir/r4.js';
import { stringify } from 'yaml';
import type { Settings } from '../config.ts';
import { CarehookError } from '../errors.ts';
import { subjectReference } from '../fhir/subject.ts';
import { createCodeAudit, type TypeCount, type UnknownCode, type UnknownCodes } from '../rules/code-audit.ts';
import type { Overlay } from '../rules/site.ts';
import type { Vocabulary } from '../rules/vocabulary.ts';
import { filesBelow } from './cql-files.ts';
import { type Unit, unitsOf } from './cql-units.ts';
import { loadRules } from './load-rules.ts';

export interface CodesAuditOptions {
  readonly data: string;
  readonly json?: boolean;
  /** How many codes of each resource type and system are shown. */
  readonly top: number;
}

/**
 * Prints the codes of a site's data that the rules cannot see, by how often they stand there, with value sets that each may
 * belong in and an overlay to begin with. Codes, their names and counts only: no patient is named.
 */
export const codesAudit = async (settings: Settings, { data, json = false, top }: CodesAuditOptions): Promise<void> => {
  if (!(Number.isInteger(top) && top > 0))
    throw new CarehookError('CONFIG_INVALID', `--top: expected a number from 1, got "${top}"`);
  const { vocabulary } = await loadRules(settings);
  const audit = await auditOf(data, vocabulary, (message) => process.stderr.write(`${withoutQuotes(message)}\n`));
  const shown = audit.unknown.map((group) => ({ ...group, codes: group.codes.slice(0, top), all: group.codes.length }));
  const overlay = overlayFor(shown, vocabulary.drugClasses);
  process.stdout.write(
    json
      ? `${JSON.stringify({ patients: audit.patients, types: audit.types, unknown: shown, overlay }, null, 2)}\n`
      : `${[...heading(audit.patients, audit.types), ...shown.flatMap(groupLines), ...overlayLines(overlay)].join('\n')}\n`,
  );
};

/** The codes of all files of a file or folder that the vocabulary does not have. */
export const auditOf = async (data: string, vocabulary: Vocabulary, onError: (message: string) => void) => {
  const audit = createCodeAudit(vocabulary);
  const patients = new Set<string>();
  for await (const unit of unitsOf(filesBelow(data, 'data', ['json', 'ndjson']), onError)) {
    const only = onlyPatient(unit);
    for (const resource of unit.entries.map((entry) => entry.resource as FhirResource)) {
      if (resource.resourceType === 'Patient' && resource.id !== undefined) patients.add(`Patient/${resource.id}`);
      const subject: unknown = subjectReference(resource);
      audit.add(resource, typeof subject === 'string' ? subject : only);
    }
  }
  return { patients: patients.size, ...audit.report() };
};

/** What a file holds where something else was expected may be about a patient. */
export const withoutQuotes = (message: string): string => message.replace(/(, got |in JSON: ).*$/s, '');

/** Whose a Medication is, which does not say so itself: the patient's of its Bundle, where there is only one. */
const onlyPatient = ({ entries }: Unit): string | undefined => {
  const ids = entries.flatMap(({ resource }) =>
    resource?.resourceType === 'Patient' && resource.id ? resource.id : [],
  );
  return ids.length === 1 ? `Patient/${ids[0]}` : undefined;
};

type Shown = UnknownCodes & { /** How many codes there are, shown or not. */ readonly all: number };

const heading = (patients: number, types: readonly TypeCount[]): readonly string[] => [
  `${patients} patients; concepts with a code that a value set, drug class or the medication table has`,
  ...types.map(
    ({ resourceType, concepts, known, withoutCode }) =>
      `  ${resourceType.padEnd(24)} ${String(known).padStart(8)} of ${String(concepts).padStart(8)}${withoutCode > 0 ? `, ${withoutCode} in words alone` : ''}`,
  ),
];

const groupLines = ({ resourceType, system, systemKnown, uses, codes, all }: Shown): readonly string[] => [
  '',
  `${resourceType}, ${system || 'no system'}${systemKnown ? '' : ' (no rule reads this system)'}: ${all} codes not known, ${uses} uses${all > codes.length ? `, the ${codes.length} most frequent` : ''}`,
  '     count  patients  code                  name',
  ...codes.flatMap(codeLines),
];

const codeLines = ({ code, display, count, patients, resolvesTo, suggestions }: UnknownCode): readonly string[] => [
  `  ${String(count).padStart(8)}  ${String(patients).padStart(8)}  ${code.padEnd(20)}  ${display ?? '(none that two patients have)'}${resolvesTo === undefined ? '' : `  [the name resolves: ${resolvesTo}]`}`,
  ...(suggestions.length > 0
    ? [
        `${' '.repeat(44)}perhaps ${suggestions.map(({ valueSet, words }) => `${valueSet} (shares "${words.join(' ')}")`).join(', ')}`,
      ]
    : []),
];

/** Each code in the value set whose title, and whose names best of all, share words with its own. A drug class takes ingredients, no local codes. */
const overlayFor = (groups: readonly Shown[], drugClasses: ReadonlySet<string>): string | undefined => {
  const codes: Overlay['codes'] = {};
  for (const { system, codes: found } of groups)
    for (const { code, display, suggestions } of found) {
      const [best] = suggestions;
      if (system === '' || !best?.inTitle || drugClasses.has(best.valueSet)) continue;
      const ofSet = codes[best.valueSet] ?? {};
      codes[best.valueSet] = { ...ofSet, [system]: { ...ofSet[system], [code]: display ?? code } };
    }
  return Object.keys(codes).length === 0 ? undefined : stringify({ codes });
};

const overlayLines = (overlay: string | undefined): readonly string[] =>
  overlay === undefined
    ? []
    : [
        '',
        'For overlay.yaml. These are guesses from shared words: leave out every code that does not mean what the value set means.',
        '',
        overlay.trimEnd(),
      ];
