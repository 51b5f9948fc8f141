import { expect, test } from 'vitest';
import { fakeExplain } from './fake-explain.ts';
import { openChart, startWorld, useBrowser } from './support.ts';

useBrowser();

test('every rule says why it spoke or was silent, with what it looked at and what was missing', async () => {
  const { base } = await startWorld({ chartPage: { explain: fakeExplain } });
  const page = await openChart(base, 'maria-alvarez');
  const why = page.getByRole('region', { name: 'Why: every rule' });
  await why.getByText('3 rules: 1 spoke, 1 could not judge, 1 silent').waitFor();
  expect(await why.locator('summary').allInnerTexts()).toEqual([
    'Overdue Colorectal cancer screening',
    'Could not judge Lung cancer screening',
    'Does not apply Warfarin with an NSAID',
  ]);
  await why.getByText('Colorectal cancer screening').click();
  await why.getByText('No accepted test is on record for maria-alvarez.').waitFor();
  await why.getByText('Procedure: Appendectomy, 2011-03-02, completed').waitFor();
  await why.getByText('Lung cancer screening').click();
  await why.getByText('Pack-years').waitFor();
});

test('a card leads to its rule, and a draft is explained as soon as it is there', async () => {
  const { base } = await startWorld({ chartPage: { explain: fakeExplain } });
  const page = await openChart(base, 'maria-alvarez');
  await page.getByText('3 rules').waitFor();
  await page.getByRole('link', { name: 'Why this card' }).click();
  await page.getByText('No accepted test is on record').waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('3 rules: 2 spoke, 1 could not judge').waitFor();
});

test('where the rules cannot be explained the panel says so, and the rest of the page stands', async () => {
  const explain = () => Promise.reject(new Error('the rule set is being loaded'));
  const { base } = await startWorld({ chartPage: { explain } });
  const page = await openChart(base, 'maria-alvarez');
  await page.getByText('The rules could not be explained').waitFor();
  await page.getByText('the rule set is being loaded').waitFor();
  await page.getByRole('heading', { name: /Colorectal/ }).waitFor();
});

test('without somebody to explain there is no panel', async () => {
  const { base } = await startWorld();
  const page = await openChart(base, 'maria-alvarez');
  expect(await page.getByRole('region', { name: 'Why' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Why this card' }).count()).toBe(0);
});
