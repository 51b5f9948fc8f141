import { expect, test } from 'vitest';
import { cardMatter, cardsView, whyAnchor } from '../../../src/demo/chart-page/card-view.ts';
import { byGravity, cdsCardSchema } from '../../../src/demo/chart-page/cds-card.ts';
import { renderMarkdown } from '../../../src/demo/chart-page/markdown.ts';

const shown = (summary: string, elements: object = {}) => ({
  key: summary,
  service: 'service',
  hook: 'order-select',
  card: cdsCardSchema.parse({ summary, indicator: 'info', source: { label: 'Source' }, ...elements }),
});
const said = (cards: readonly ReturnType<typeof shown>[]) => ({
  hook: 'order-select',
  cards,
  problems: [],
  calls: [{ service: 'service', ms: 41 }],
});
const rule = (code: string) => ({
  topic: { system: 'http://carehook.org/fhir/CodeSystem/rule', code },
  label: 'Source',
});

test('sorts by indicator and keeps the order within one', () => {
  const cards = ['info', 'warning', 'critical', 'warning'].map((indicator, at) => shown(`${at}`, { indicator }));
  expect(byGravity(cards).map(({ key }) => key)).toEqual(['2', '1', '3', '0']);
});

test('counts what is shown in words, and leaves out what was dismissed', () => {
  const gone = shown('gone');
  const view = cardsView(said([shown('a', { indicator: 'critical' }), gone, shown('b')]), new Set([cardMatter(gone)]));
  expect(view.count).toBe('2 cards: 1 critical, 1 info');
  expect(view.dismissed).toBe(1);
  expect(view.calls).toBe('order-select: service in 41 ms');
  expect(cardsView(said([]), new Set()).count).toBe('No cards');
  const failed = { problems: [{ title: 'down', details: [] }] };
  expect(cardsView({ ...said([]), ...failed }, new Set()).count).toBe('Not checked');
  expect(cardsView({ ...said([gone]), ...failed }, new Set()).count).toBe('1 card: 1 info; not all was checked');
});

test('what is dismissed at one hook is told again at another', () => {
  expect(cardMatter(shown('a'))).not.toBe(cardMatter({ ...shown('a'), hook: 'order-sign' }));
  expect(cardMatter(shown('a'))).toBe(cardMatter({ ...shown('a'), key: 'again' }));
});

test('a card of a rule leads to the rule, also where a profile has shortened its code', () => {
  const anchors = [rule('warfarin-nsaid'), rule('warfarinnsaid'), rule('not-checked'), { label: 'x' }].map(
    (source) => cardsView(said([shown('a', { source })]), new Set()).cards[0]?.why,
  );
  expect(anchors).toEqual([whyAnchor('warfarin-nsaid'), whyAnchor('warfarin-nsaid'), undefined, undefined]);
});

test('names the steps of a suggestion that does several things', () => {
  const action = (description: string) => ({ type: 'delete', description, resourceId: 'Task/1' });
  const suggestions = [
    { label: 'One', actions: [action('One')] },
    { label: 'Two', isRecommended: true, actions: [action('Cancel'), action('Order')] },
  ];
  expect(cardsView(said([shown('a', { suggestions })]), new Set()).cards[0]?.suggestions).toEqual([
    { at: 0, label: 'One', recommended: false, steps: [] },
    { at: 1, label: 'Two', recommended: true, steps: ['Cancel', 'Order'] },
  ]);
});

test('Markdown is drawn without HTML, images, scripts or headings of its own', () => {
  expect(renderMarkdown('# Title\n\n*so* <b>x</b> & ![a](https://x.example/a.png)')).toBe(
    '<p class="heading">Title</p>\n<p><em>so</em> &lt;b&gt;x&lt;/b&gt; &amp; !' +
      '<a href="https://x.example/a.png" rel="noopener noreferrer" target="_blank">a</a></p>\n',
  );
  for (const url of ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.example', '/patients'])
    expect(renderMarkdown(`[x](${url})`)).not.toContain('<a');
});
