import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { formatProblem } from '../../src/cql/problem.ts';
import { createTranslator } from '../../src/cql/translate.ts';
import { checkContent } from '../../src/rules/check-content.ts';
import { checkRuleSet } from '../../src/rules/rule-set.ts';
import { testCaches } from '../support/cql.ts';
import { dueToday, makeRules, orderRule, type RuleParts, reminder, removeMadeRules } from '../support/made-rules.ts';

const translator = createTranslator();
afterAll(() => {
  translator.close();
  removeMadeRules();
});

/** What `rules check` prints of a folder. */
const faults = async (
  rules: readonly RuleParts[],
  files: Readonly<Record<string, string | null>> = {},
): Promise<string> => {
  const cases = Object.fromEntries(
    rules.map(({ family = 'screening', id }) => [`${family}/${id}/cases.yaml`, fourCases]),
  );
  const dir = makeRules(rules, { ...services, ...cases, ...files });
  const read = await checkRuleSet({ dir, cacheDirs: testCaches, translator, withCases: true });
  const problems = read.ruleSet ? await checkContent(dir, read) : read.problems;
  return `\n${problems.map(formatProblem).join('\n')}\n`;
};

const services = {
  'services.yaml': stringify({
    services: [
      { id: 'view', hooks: ['patient-view'], title: 'T', description: 'T', families: ['screening'] },
      { id: 'orders', hooks: ['order-sign'], title: 'T', description: 'T', families: ['interactions'] },
    ],
  }),
};
const fourCases = stringify({
  now: '2026-11-21T10:00:00-05:00',
  cases: ['a b', 'c d', 'e f', 'g h'].map((name) => ({
    name: `due: ${name}`,
    patient: { birthDate: '1970-01-01' },
    expect: { status: 'due' },
  })),
});

const care = (elements: object, cql = dueToday): readonly RuleParts[] => [
  { id: 'c-d', manifest: reminder('c-d', elements), cql },
];
const withText = (text: object) =>
  care({ cards: { due: { indicator: 'info', summary: 'Due', detail: 'Now', ...text } } });
const alerts = `parameter "Exposures" List<Tuple { resource FHIR.DomainResource, ingredient System.Code }>
valueset "NSAIDs": 'http://carehook.org/fhir/ValueSet/nsaid'
context Patient
define "Alerts": "Exposures" E where E.ingredient in "NSAIDs"
  return Tuple { problem: 'bleeding', focus: E.resource, modifiers: { Tuple { id: 'ulcer', holds: true } }, facts: Tuple { age: AgeInYears() } }`;
const order = (elements: object = {}, cql = alerts): readonly RuleParts[] => [
  { family: 'interactions', id: 'a-b', manifest: orderRule('a-b', { hooks: ['order-sign'], ...elements }), cql },
];
const valueSet = (codes: object) => ({
  'vocabulary/value-sets/x.yaml': stringify({ id: 'x', title: 'X', source: 's', codes }),
});

/** A shared library that only its own cases read. */
const shared = (files: Readonly<Record<string, string | null>> = {}) => ({
  'lib/Ages.cql': "library Ages\nusing FHIR version '4.0.1'\ndefine function Older(age Integer): age + 1\n",
  'lib/Ages.cases.cql':
    'library AgesCases\nusing FHIR version \'4.0.1\'\ninclude Ages called Ages\ndefine "Older": Ages.Older(1)\n',
  'lib/Ages.cases.yaml': libraryCases({ Older: 2 }),
  ...files,
});
const libraryCases = (expect: object, names: readonly string[] = ['a b', 'c d', 'e f', 'g h']) =>
  stringify({
    now: '2026-11-21T10:00:00-05:00',
    cases: names.map((name) => ({ name: `older: ${name}`, patient: { birthDate: '1970-01-01' }, expect })),
  });

const broken: readonly (readonly [
  kind: string,
  rules: readonly RuleParts[],
  files?: Readonly<Record<string, string | null>>,
])[] = [
  ['a manifest that is no YAML', [{ id: 'c-d', manifest: 'id: c-d\n  kind: [', cql: dueToday }]],
  ['a key that there is not', care({ colour: 'blue' })],
  ['a length of time that is none', care({ tracks: { normal: { test: { due: 'soon', overdue: '6 mo' } } } })],
  ['an id that is not the folder', [{ id: 'c-d', manifest: reminder('d-c'), cql: dueToday }]],
  ['no CQL', [{ id: 'c-d', cql: null }]],
  ['a library of another name', [{ id: 'c-d', cql: "library Other\nusing FHIR version '4.0.1'" }]],
  ['a syntax error', care({}, 'define "In Population": (')],
  ['an identifier that there is not', care({}, `${dueToday}\ndefine "X": Nothing`)],
  ['types that do not fit', care({}, dueToday.replace('Today()', "1 + 'a'"))],
  ['a unit that there is not', care({}, `${dueToday}\ndefine "X": 5 'mEq'`)],
  [
    'a value set that there is not',
    care({}, `valueset "N": 'http://carehook.org/fhir/ValueSet/none'\ncontext Patient\n${dueToday}`),
  ],
  ['a definition that is missing', care({}, 'define "In Population": true')],
  ['a look-back that is not declared', care({}, dueToday.replace('true', 'exists [Observation]'))],
  ['a definition that nobody reads', care({}, `${dueToday}\ndefine "Idle": 1`)],
  ['words that name no fact', withText({ summary: 'Due since {{when}}' })],
  ['a summary that is too long', withText({ summary: 'Due '.repeat(40) })],
  ['windows out of order', care({ tracks: { normal: { test: { due: '9 mo', overdue: '6 mo' } } } })],
  ['a hook that no service serves', care({ hooks: ['order-sign'] })],
  ['an override reason that is no code', care({ overrideReasons: ['because'] })],
  ['too few cases', care({}), { 'screening/c-d/cases.yaml': fourCases.split('  - name: "due: c d"')[0] ?? '' }],
  ['no cases', care({}), { 'screening/c-d/cases.yaml': null }],
  ['a gate on a class that there is not', order({ gate: [{ draft: ['nonesuch'], with: ['nsaid'], in: ['active'] }] })],
  [
    'a gate that misses a class',
    order({ gate: [{ draft: ['vitamin-k-antagonist'], with: ['vitamin-k-antagonist'], in: ['active'] }] }),
  ],
  ['a modifier that the library does not judge', order({}, alerts.replace("'ulcer'", "'other'"))],
  ['a problem that the library does not name', order({}, alerts.replace("'bleeding'", "'other'"))],
  ['a code system that there is not', care({}), valueSet({ ICD9: { '1': 'One' } })],
  ['a LOINC code with a wrong check digit', care({}), valueSet({ LOINC: { '6301-7': 'INR' } })],
  ['a drug whose name is another', care({}), valueSet({ RXNORM: { '5640': 'naproxen' } })],
  ['two names for one code', care({}), valueSet({ ICD10CM: { 'K25.0': 'Something else' } })],
  [
    'a case of a completion that the rule does not name',
    care({}),
    { 'screening/c-d/cases.yaml': fourCases.replace('expect:', 'notMapped: [ulcer]\n    expect:') },
  ],
  [
    'an interaction that does not say how it works and how well it is known',
    order({
      problems: { bleeding: { base: 'warning', card: { summary: 's', detail: 'd', consequence: 'c', serious: true } } },
    }),
  ],
  ['a need of a rule that there is not', care({ needs: ['nonesuch'] })],
  [
    'a shared library that nothing reads',
    care({}),
    shared({ 'lib/Ages.cases.cql': null, 'lib/Ages.cases.yaml': null }),
  ],
  [
    'cases of a shared library that name no definition',
    care({}),
    shared({ 'lib/Ages.cases.yaml': libraryCases({ Elder: 2 }) }),
  ],
  [
    'too few cases of a shared library',
    care({}),
    shared({ 'lib/Ages.cases.yaml': libraryCases({ Older: 2 }, ['a b']) }),
  ],
  [
    'two cases of a shared library with one name',
    care({}),
    shared({ 'lib/Ages.cases.yaml': libraryCases({ Older: 2 }, ['a b', 'a b', 'e f', 'g h']) }),
  ],
  ['cases of a shared library without their CQL', care({}), shared({ 'lib/Ages.cases.cql': null })],
  ['CQL for cases of a shared library without cases', care({}), shared({ 'lib/Ages.cases.yaml': null })],
  [
    'CQL for cases of a shared library under another name',
    care({}),
    shared({ 'lib/Ages.cases.cql': 'library Others\nusing FHIR version \'4.0.1\'\ndefine "Older": 2\n' }),
  ],
  ['two rules of one id', [...care({}), { family: 'immunizations', id: 'c-d' }]],
];

describe('rules check', () => {
  it('knows more than twenty kinds of broken folder', () => {
    expect(broken.length).toBeGreaterThanOrEqual(20);
  });

  it('finds nothing wrong with a folder that is whole', async () => {
    const file = { 'vocabulary/value-sets/ulcer.yaml': null };
    expect(await faults([...care({}), ...order({ problems: wholeProblem })], { ...file, ...shared() })).toBe('\n\n');
  });

  it.each(broken.map(([kind, rules, files]) => ({ kind, rules, files })))(
    'says of $kind what, where, and what was expected',
    async ({ rules, files }) => {
      expect(await faults(rules, files)).toMatchSnapshot();
    },
  );
});

const wholeProblem = {
  bleeding: {
    base: 'warning',
    modifiers: { ulcer: { effect: 'raise', label: 'an ulcer' } },
    card: {
      summary: '{{focus}} at {{age}}',
      detail: 'd',
      consequence: 'c',
      serious: true,
      mechanism: 'm',
      evidence: 'e',
    },
  },
};
