import type { FhirResource } from 'fhir/r4.js';
import type { Settings } from '../config.ts';
import { messageOf } from '../errors.ts';
import { entriesOf } from '../fhir/bundle.ts';
import type { FhirClient } from '../fhir/client.ts';
import { searchForms } from '../fhir/search-forms.ts';
import { createCodeAudit } from '../rules/code-audit.ts';
import { isCodedType } from '../rules/coded-elements.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { fewPatients, neverSeen, readCensus } from './census-file.ts';
import { expansionLines } from './expansions.ts';

/** How many codes that nothing knows are printed. */
const mostCodes = 10;

/** Which value sets of completions were never seen in this installation, and how old the expansions are. */
export const siteLines = async (
  { dataDir, demonstration }: Pick<Settings, 'dataDir' | 'demonstration'>,
  ruleSet: RuleSet,
  now: Date,
): Promise<readonly string[]> => {
  const expansions = expansionLines(ruleSet.vocabulary, now).map(({ line }) => `  ${line}`);
  return [
    ...(demonstration
      ? ['completions: not looked at, the demonstration counts all as seen (CAREHOOK_CONFIG names an installation)']
      : await censusLines(dataDir, ruleSet)),
    ...(expansions.length > 0 ? ['value sets that the terminology server completes', ...expansions] : []),
  ];
};

const censusLines = async (dataDir: string, ruleSet: RuleSet): Promise<readonly string[]> => {
  try {
    const { patients, valueSets } = await readCensus(dataDir);
    const never = neverSeen(ruleSet, (id) => valueSets[id] !== undefined);
    const few = patients < fewPatients ? ', too few to wonder at what was not seen' : '';
    return [
      `completions seen on records here, of ${patients} patients${few}`,
      ...Object.entries(valueSets).map(
        ([id, { count, first, last }]) => `  seen       ${id}: ${count} times, from ${first} to ${last}`,
      ),
      ...[...never].map(([ids, rules]) => `  never seen ${ids}: nothing is due by ${rules.join(', ')}`),
      ...(never.size > 0
        ? ['  what to do: carehook codes audit --data EXPORT, then "codes" or "mapped" in overlay.yaml']
        : []),
    ];
  } catch (thrown) {
    return [`completions: the code census cannot be read: ${messageOf(thrown)}`];
  }
};

/** The codes of one patient's record that no rule can see, the most frequent first; a first page of each type is read. */
export const unknownCodeLines = async (
  client: FhirClient,
  patientId: string,
  { rules, vocabulary }: RuleSet,
  signal: () => AbortSignal,
): Promise<readonly string[]> => {
  const audit = createCodeAudit(vocabulary);
  const types = new Set(rules.flatMap(({ requirements }) => requirements.map(({ type }) => type)).filter(isCodedType));
  const unread: string[] = [];
  for (const type of types) {
    const [search = ''] = searchForms(type, encodeURIComponent(patientId), {});
    try {
      for (const { resource } of entriesOf(await client.get(search, signal())))
        audit.add(resource as FhirResource, patientId);
    } catch {
      unread.push(type);
    }
  }
  const codes = audit
    .report()
    .unknown.flatMap(({ resourceType, system, codes: list }) => list.map((code) => ({ resourceType, system, ...code })))
    .sort((a, b) => b.count - a.count)
    .slice(0, mostCodes);
  return [
    codes.length === 0
      ? 'codes that no rule can see, of one patient: none'
      : 'codes that no rule can see, of one patient, the most frequent (carehook codes audit looks at an export)',
    ...codes.map(
      ({ resourceType, system, code, display, count, suggestions: [best] }) =>
        `  ${String(count).padStart(5)}  ${resourceType} ${system || 'no system'} ${code}${display === undefined ? '' : ` ${display}`}${best ? ` (perhaps ${best.valueSet})` : ''}`,
    ),
    ...(unread.length > 0 ? [`  not looked at: ${unread.join(', ')}, the search by patient alone was refused`] : []),
  ];
};
