import { describe, expect, it } from 'vitest';
import type { CqlValue } from '../../src/cql/engine.ts';
import { judgeOrder } from '../../src/rules/judge-order.ts';
import type { Indicator, Modifier, OrderManifest } from '../../src/rules/manifest.ts';

const modifiers: Readonly<Record<string, Modifier>> = {
  'raise-a': { effect: 'raise', label: 'raises' },
  'raise-b': { effect: 'raise', label: 'raises too' },
  'lower-a': { effect: 'lower', label: 'lowers' },
  'lower-b': { effect: 'lower', label: 'lowers too' },
  'cap-info': { effect: 'cap', to: 'info', label: 'never more than info' },
  'cap-warning': { effect: 'cap', to: 'warning', label: 'never more than a warning' },
  'floor-warning': { effect: 'floor', to: 'warning', label: 'at least a warning' },
  'floor-critical': { effect: 'floor', to: 'critical', label: 'at least critical' },
  silence: { effect: 'silence', label: 'nothing to say' },
};

const manifest = (base: Indicator) =>
  ({
    id: 'test-rule',
    kind: 'order',
    problems: {
      bleeding: { base, modifiers, card: { summary: 's', detail: 'd' } },
      sedation: { base, modifiers: {}, card: { summary: 's', detail: 'd' } },
    },
  }) as unknown as OrderManifest;

const resource = (resourceType: string, id?: string) =>
  ({ resourceType, ...(id !== undefined && { id }) }) as unknown as CqlValue;
const focus = resource('MedicationRequest', 'draft');
const subject = { source: 'test', patientId: 'p' };

type Held = Readonly<Record<string, boolean | null>>;

const alert = (held: Held = {}, elements: object = {}): CqlValue => ({
  problem: 'bleeding',
  focus,
  with: null,
  modifiers: Object.entries(held).map(([id, holds]) => ({ id, holds, evidence: [resource('Condition', id)] })),
  facts: null,
  ...elements,
});

const judge = (alerts: CqlValue, base: Indicator = 'warning') => judgeOrder(manifest(base), alerts, subject).alerts;
const tier = (base: Indicator, held: Held) =>
  judge([alert(held)], base).map((finding) => 'indicator' in finding && finding.indicator);

const yes = (...ids: readonly string[]): Held => Object.fromEntries(ids.map((id) => [id, true]));

describe('the tier of an alert', () => {
  it.each<[Indicator, Held, string, Indicator | undefined]>([
    ['info', {}, 'is its base', 'info'],
    ['warning', {}, 'is its base', 'warning'],
    ['critical', {}, 'is its base', 'critical'],
    ['info', yes('raise-a'), 'is raised by one', 'warning'],
    ['info', yes('raise-a', 'raise-b'), 'is raised by each', 'critical'],
    ['warning', yes('raise-a', 'raise-b'), 'is never above critical', 'critical'],
    ['critical', yes('lower-a'), 'is lowered by one', 'warning'],
    ['critical', yes('lower-a', 'lower-b'), 'is lowered by each', 'info'],
    ['warning', yes('lower-a', 'lower-b'), 'is never below info', 'info'],
    ['warning', yes('raise-a', 'lower-a'), 'is raised, then lowered', 'warning'],
    ['critical', yes('raise-a', 'lower-a'), 'is lowered from critical, above which nothing is', 'warning'],
    ['critical', yes('cap-warning'), 'is capped', 'warning'],
    ['info', yes('cap-warning'), 'is not lifted by a cap', 'info'],
    ['warning', yes('raise-a', 'cap-warning'), 'is capped after it is raised', 'warning'],
    ['critical', yes('cap-warning', 'cap-info'), 'is under the lowest cap', 'info'],
    ['info', yes('floor-warning'), 'is lifted to a floor', 'warning'],
    ['critical', yes('floor-warning'), 'is not lowered by a floor', 'critical'],
    ['critical', yes('lower-a', 'lower-b', 'floor-warning'), 'is never lowered below a floor', 'warning'],
    ['warning', yes('cap-info', 'floor-critical'), 'obeys the floor before the cap', 'critical'],
    ['info', yes('floor-warning', 'floor-critical'), 'is above the highest floor', 'critical'],
    ['critical', yes('silence'), 'is none when silenced', undefined],
    ['info', yes('silence', 'raise-a'), 'is none when silenced, raised or not', undefined],
    ['info', yes('silence', 'floor-warning'), 'is not silenced where a floor holds', 'warning'],
  ])('of base %s with %j %s', (base, held, _, expected) => {
    expect(tier(base, held)).toEqual(expected === undefined ? [] : [expected]);
  });

  it.each(Object.keys(modifiers))('is what it was where %s does not hold', (id) => {
    expect(tier('warning', { [id]: false })).toEqual(['warning']);
  });

  it.each(Object.keys(modifiers))('is what it was where %s could not be judged', (id) => {
    expect(tier('warning', { [id]: null })).toEqual(['warning']);
  });

  it('ignores a floor that could not be judged when it is silenced for sure', () => {
    expect(tier('warning', { silence: true, 'floor-warning': null })).toEqual([]);
  });
});

describe('an alert', () => {
  it('names what applied and what could not be judged, and why', () => {
    const [finding] = judge([
      alert(
        {},
        {
          modifiers: [
            { id: 'raise-a', holds: true },
            { id: 'raise-b', holds: null, missing: 'no potassium' },
            { id: 'lower-a', holds: null },
            { id: 'lower-b', holds: false },
          ],
        },
      ),
    ]);
    expect(finding).toMatchObject({
      indicator: 'critical',
      applied: [{ id: 'raise-a', label: 'raises' }],
      notJudged: [
        { id: 'raise-b', label: 'raises too', missing: 'no potassium' },
        { id: 'lower-a', label: 'lowers', missing: 'no data' },
      ],
    });
  });

  it('rests on its focus, what it is with, and the evidence of the modifiers that hold', () => {
    const [finding] = judge([
      alert({ 'raise-a': true, 'lower-a': false }, { with: [resource('MedicationRequest', 'warfarin')] }),
    ]);
    expect(finding?.evidence.map(({ id }) => id)).toEqual(['draft', 'warfarin', 'raise-a']);
  });

  it('has a key of its problem and its focus', () => {
    expect(judge([alert()])[0]?.key).toBe('test|p|test-rule|bleeding%2FMedicationRequest%2Fdraft');
  });

  it.each([
    [
      'a problem',
      alert({}, { problem: 'fever' }),
      /the problem "fever" and a focus; the manifest has bleeding, sedation/,
    ],
    ['no focus', alert({}, { focus: null }), /the problem "bleeding" and no focus/],
    ['a modifier', alert({ unheard: true }), /the modifier "unheard"; the manifest has raise-a, /],
  ])('with %s that the manifest does not have is an error that says so', (_, faulty, message) => {
    expect(() => judge([faulty])).toThrow(message);
  });

  it('is none where the library gives none', () => {
    expect(judge([])).toEqual([]);
  });
});

describe('a modifier judged by data that is missing', () => {
  const lackOf = (modifier: string) => (modifier.startsWith('raise') ? 'Condition: not supplied' : undefined);
  const judgeLacking = (held: Held) => judgeOrder(manifest('warning'), [alert(held)], { ...subject, lackOf }).alerts;

  it('holds where it was found all the same', () => {
    expect(judgeLacking({ 'raise-a': true })).toMatchObject([{ indicator: 'critical', notJudged: [] }]);
  });

  it('is not judged where it was not found, and says what is missing', () => {
    expect(judgeLacking({ 'raise-a': false, 'lower-a': false })).toMatchObject([
      { indicator: 'warning', applied: [], notJudged: [{ id: 'raise-a', missing: 'Condition: not supplied' }] },
    ]);
  });
});

describe('alerts about the same problem and the same draft', () => {
  const withDrug = (id: string, held: Held = {}, facts: object = {}) =>
    alert(held, { with: [resource('MedicationRequest', id)], facts });

  it('become one at the higher tier, with all that both are with', () => {
    const findings = judge([
      withDrug('a', { 'lower-a': true }, { nsaid: 'ibuprofen', age: 66 }),
      withDrug('b', { 'raise-a': true }, { nsaid: 'naproxen', age: 66 }),
    ]);
    expect(findings).toMatchObject([
      { indicator: 'critical', applied: [{ id: 'raise-a' }], facts: { nsaid: 'ibuprofen, naproxen', age: '66' } },
    ]);
    const [finding] = findings;
    expect(finding && 'with' in finding && finding.with.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(finding?.evidence.map(({ id }) => id)).toEqual(['draft', 'b', 'raise-a', 'a', 'lower-a']);
  });

  it('are the same in whatever order they come, but for the order of the drugs', () => {
    const one = withDrug('a', { 'lower-a': true });
    const other = withDrug('b', { 'raise-a': true });
    for (const alerts of [
      [one, other],
      [other, one],
    ])
      expect(judge(alerts)).toMatchObject([{ indicator: 'critical', applied: [{ id: 'raise-a' }] }]);
  });

  it('go on naming what could not be judged of any, once', () => {
    const [finding] = judge([
      withDrug('a', { 'raise-a': null, 'cap-info': null }),
      withDrug('b', { 'raise-b': true, 'lower-b': null, 'cap-info': null }),
      withDrug('c', { 'cap-info': null }),
    ]);
    expect(finding).toMatchObject({ indicator: 'critical' });
    const notJudged = finding && 'notJudged' in finding ? finding.notJudged.map(({ id }) => id) : [];
    expect(notJudged.toSorted()).toEqual(['cap-info', 'lower-b', 'raise-a']);
  });

  it('are two where the drafts are two that came without id', () => {
    const drafts = [resource('MedicationRequest'), resource('MedicationRequest')];
    const findings = judge([...drafts, ...drafts].map((each) => alert({}, { focus: each })));
    expect(findings.map(({ key }) => decodeURIComponent(key.split('|')[3] ?? ''))).toEqual([
      'bleeding/MedicationRequest/(1)',
      'bleeding/MedicationRequest/(2)',
    ]);
  });

  it('keep apart what has no id', () => {
    const findings = judge([
      alert({}, { with: [resource('MedicationRequest')] }),
      alert({}, { with: [resource('MedicationRequest')] }),
    ]);
    expect(findings[0] && 'with' in findings[0] && findings[0].with).toHaveLength(2);
  });

  it('are two where the problem or the draft is another', () => {
    expect(
      judge([
        alert(),
        alert({}, { problem: 'sedation' }),
        alert({}, { focus: resource('MedicationRequest', 'other') }),
      ]),
    ).toHaveLength(3);
  });
});
