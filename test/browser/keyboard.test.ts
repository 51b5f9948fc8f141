import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openChart, openPage, startWorld, useBrowser } from './support.ts';

useBrowser();

const focused = (page: Page): Promise<string> =>
  page.evaluate("((at) => (at === document.body ? 'nothing' : at.innerText || at.id).trim())(document.activeElement)");

/** Presses Tab until what has the focus says so. */
const tabTo = async (page: Page, words: RegExp): Promise<void> => {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (words.test(await focused(page))) return;
  }
  throw new Error(`expected to reach ${words} by Tab`);
};

test('a clinician without a mouse opens a chart, drafts, reads the alert, takes its suggestion and signs', async () => {
  const { base } = await startWorld();
  const page = await openPage(base);
  await tabTo(page, /^filter$/);
  await page.keyboard.type('lancaster no such');
  await page.getByText('0 patients').waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('recent INR in range');
  await page.getByText('1 patient', { exact: true }).waitFor();
  expect(await focused(page)).toBe('filter');
  await tabTo(page, /^Walter Hughes$/);
  await page.keyboard.press('Enter');
  await page.getByText('Nothing to say.').waitFor();

  await tabTo(page, /^medication$/);
  await page.keyboard.type('ibu');
  await page.getByText('3 found').waitFor();
  expect(await focused(page)).toBe('medication');
  await tabTo(page, /^ibuprofen 600 MG/);
  await page.keyboard.press('Enter');
  await page.getByText('Drafted: ibuprofen').waitFor();
  // What was done has the focus; the next stops are the draft and its alert.
  expect(await focused(page)).toContain('Drafted: ibuprofen 600 MG Oral Tablet. 1 card: 1 warning.');
  await tabTo(page, /^Replace the NSAID/);
  await page.keyboard.press('Space');
  await page.getByText('Done: Replace the NSAID').waitFor();
  expect(await focused(page)).toContain('Done: Replace the NSAID');
  await tabTo(page, /^Sign the order$/);
  await page.keyboard.press('Enter');
  await page.getByText('Signed: Acetaminophen').waitFor();
  expect(await focused(page)).toContain('Signed: Acetaminophen');
});

test('new cards are announced without moving the focus', async () => {
  const { base } = await startWorld();
  const page = await openChart(base, 'maria-alvarez');
  const status = page.locator('#cards-count');
  expect(await status.getAttribute('role')).toBe('status');
  expect(await status.innerText()).toBe('1 card: 1 warning');
  expect(await focused(page)).toBe('nothing');
});

test('the first stop skips to the content, and whatever has the focus shows it', async () => {
  const { base } = await startWorld();
  const page = await openChart(base, 'maria-alvarez');
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  for (let stop = 0; stop < 8; stop++) {
    await page.keyboard.press('Tab');
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline, await focused(page)).toBe('solid');
  }
});
