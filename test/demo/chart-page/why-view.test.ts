import { expect, test } from 'vitest';
import { type RuleExplanation, type RuleStatus, whyView } from '../../../src/demo/chart-page/why-view.ts';

const rule = (id: string, status: RuleStatus): RuleExplanation => ({
  id,
  title: id,
  status,
  reason: '',
  evidence: [],
  missing: [],
});

test('groups the rules by whether they spoke, the gravest first', () => {
  const { count, groups } = whyView([
    rule('a', 'met'),
    rule('b', 'due'),
    rule('c', 'unknown'),
    rule('d', 'alert'),
    rule('e', 'excluded'),
  ]);
  expect(count).toBe('5 rules: 2 spoke, 1 could not judge, 2 silent');
  expect(groups.map(({ title, rules }) => [title, rules.map(({ id }) => id)])).toEqual([
    ['Spoke', ['d', 'b']],
    ['Could not judge', ['c']],
    ['Silent', ['a', 'e']],
  ]);
});

test('of several findings of one rule the first has the anchor', () => {
  const [group] = whyView([rule('a', 'alert'), rule('a', 'alert')]).groups;
  expect(group?.rules.map(({ anchor }) => anchor)).toEqual(['why-a', undefined]);
});
