import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Card, presentationExtension } from '../../../src/cds-hooks/response-schema.ts';
import { type OncPair, oncListsSchema } from '../../../src/rules/onc-lists.ts';
import { valueSetBase } from '../../../src/rules/vocabulary.ts';
import { isRxNorm } from '../../../src/terminology/medications.ts';
import { appOf } from '../../support/app.ts';
import { drug, orderSign, patient, prefetchOf, resource, serviceAt, subjectOf } from '../../support/requests.ts';
import { rulesDir, shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = await shippedRuleSet();
const { cards } = appOf(ruleSet);
const service = serviceAt(ruleSet, 'order-sign');
const lists = oncListsSchema.parse(parse(readFileSync(join(rulesDir, 'onc-lists.yaml'), 'utf8')));

interface Drug {
  readonly code: string;
  readonly display: string;
}

const drugsOf = (classes: readonly string[]): readonly Drug[] => [
  ...new Map(
    classes
      .flatMap((id) => ruleSet.vocabulary.valueSets.get(valueSetBase + id)?.codes ?? [])
      .filter(({ system }) => isRxNorm(system))
      .map((each) => [each.code, each]),
  ).values(),
];

/** The cards about drugs at the signing of one for a patient who takes the other. */
const sign = (draft: Drug, taken: Drug): Promise<readonly Card[]> => {
  const order = (id: string, status: string, { code, display }: Drug) =>
    resource('MedicationRequest', id, {
      status,
      intent: 'order',
      ...subjectOf('p'),
      ...drug(code, display),
      authoredOn: '2026-11-01',
    });
  const chart = [patient(), order('taken', 'active', taken)];
  return cards(orderSign([order('draft', 'draft', draft)], { prefetch: prefetchOf(service, chart) }));
};

interface Walk {
  pairs: number;
  readonly said: Map<string, number>;
  readonly wrong: string[];
}

/** Every drug of one side with every drug of the other, each of the two ordered for a patient who takes the other. */
const walk = async (
  { one, another }: OncPair,
  judge: (given: readonly Card[], names: readonly string[]) => string | undefined,
) => {
  const result: Walk = { pairs: 0, said: new Map(), wrong: [] };
  for (const a of drugsOf(one))
    for (const b of drugsOf(another))
      for (const [draft, taken] of a.code === b.code
        ? []
        : ([
            [a, b],
            [b, a],
          ] as const)) {
        result.pairs++;
        const given = await sign(draft, taken);
        const about = given.filter(({ extension }) => extension !== undefined);
        for (const { indicator, extension } of about.length > 0
          ? about
          : [{ indicator: 'nothing', extension: undefined }]) {
          const said = [indicator, extension?.[presentationExtension]].filter(Boolean).join(' ');
          result.said.set(said, (result.said.get(said) ?? 0) + 1);
        }
        const wrong = judge(about, [a.display, b.display]);
        if (wrong !== undefined) result.wrong.push(`${draft.display} ordered on ${taken.display}: ${wrong}`);
      }
  return result;
};

const printed: string[] = [];
const row = ({ id, number }: OncPair, { pairs, said }: Walk) =>
  printed.push(
    `${String(number).padStart(3)}  ${id.padEnd(54)}${String(pairs).padStart(6)}  ${[...said].map(([words, n]) => `${words} ${n}`).join(', ')}`,
  );
const print = (title: string) => {
  process.stdout.write(`\n${title}\n no  ${'pair'.padEnd(54)}orders  cards\n${printed.join('\n')}\n`);
  printed.length = 0;
};

describe('the pairs that must alert, drug by drug', () => {
  const walks = new Map<string, Walk>();
  beforeAll(async () => {
    for (const pair of lists.highPriority.pairs) {
      const walked = await walk(pair, (given, names) => {
        const both = given.filter(({ summary, detail }) =>
          names.every((name) => `${summary} ${detail}`.includes(name)),
        );
        if (both.length === 0) return 'no card names both';
        return both.every(({ indicator }) => indicator === 'info') ? 'no more than information' : undefined;
      });
      walks.set(pair.id, walked);
      row(pair, walked);
    }
    print('ONC high-priority pairs');
  }, 600_000);

  it('are the fifteen of the publication', () => {
    expect(lists.highPriority.pairs).toHaveLength(15);
  });

  it.each(lists.highPriority.pairs)('$id', ({ id }) => {
    const { pairs = 0, wrong } = walks.get(id) ?? {};
    expect(pairs).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});

describe('the pairs that must never interrupt, drug by drug', () => {
  const walks = new Map<string, Walk>();
  beforeAll(async () => {
    for (const pair of lists.nonInterruptive.pairs) {
      const walked = await walk(pair, (given) => {
        const interrupting = given.filter(({ extension }) => extension?.[presentationExtension] === 'interrupt');
        return interrupting.length > 0 ? interrupting.map(({ summary }) => summary).join('; ') : undefined;
      });
      walks.set(pair.id, walked);
      row(pair, walked);
    }
    print('ONC non-interruptive pairs');
  }, 600_000);

  it('are the thirty-three of the publication', () => {
    expect(lists.nonInterruptive.pairs).toHaveLength(33);
  });

  it.each(lists.nonInterruptive.pairs)('$id', ({ id }) => {
    const { pairs = 0, wrong } = walks.get(id) ?? {};
    expect(pairs).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});
