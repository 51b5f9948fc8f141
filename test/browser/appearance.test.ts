import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { card, fakeCds } from './fake-cds.ts';
import { fakeExplain } from './fake-explain.ts';
import { axeFindings, openChart, openPage, scrollsSideways, startWorld, useBrowser } from './support.ts';

useBrowser();

/** Colours do not hang on the width, so that two looks show both. */
const looks = [
  { width: 1200, colorScheme: 'light' },
  { width: 400, colorScheme: 'dark' },
] as const;

/** No finding of axe-core and no scrolling sideways, named by the state in which there is one. */
const sound = async (page: Page, state: string): Promise<void> => {
  expect({ state, findings: await axeFindings(page), sideways: await scrollsSideways(page) }).toEqual({
    state,
    findings: [],
    sideways: false,
  });
};

test.each(looks)('every state is accessible and fits at $width px, $colorScheme', async ({ width, colorScheme }) => {
  const { base } = await startWorld({ chartPage: { explain: fakeExplain } });
  const page = await openPage(base, { viewport: { width, height: 800 }, colorScheme });
  await sound(page, 'list');
  await page.getByLabel('Filter').fill('nobody at all');
  await page.getByText('No patient fits').waitFor();
  await sound(page, 'empty list');
  await page.goto(`${base}/patients/walter-hughes`);
  await page.getByText('3 rules').waitFor();
  await page.getByText('Nothing to say.').waitFor();
  await sound(page, 'chart');
  await page.getByLabel('Add a medication').fill('ibu');
  await page.getByRole('button', { name: 'ibuprofen 600 MG' }).waitFor();
  await sound(page, 'search');
  await page.getByRole('button', { name: 'ibuprofen 600 MG' }).click();
  await page.getByText('Drafted: ibuprofen').waitFor();
  await page.locator('.dismiss > summary').click();
  for (const rule of await page.locator('.rule > summary').all()) await rule.click();
  await sound(page, 'draft with an alert, dismissal and reasons open');
  await page.getByRole('button', { name: 'Sign the order' }).click();
  await page.getByText('Not signed yet').waitFor();
  await sound(page, 'signing');
  await page.getByRole('button', { name: 'Sign anyway' }).click();
  await page.getByText('Signed: ibuprofen').waitFor();
  await sound(page, 'signed');
});

test.each(looks)(
  'cards of every kind and problems are too, at $width px, $colorScheme',
  async ({ width, colorScheme }) => {
    const long = `${'Pneumonoultramicroscopicsilicovolcanoconiosis'.repeat(3)} is due`;
    const detail = [
      '| Test | Interval |',
      '|---|---|',
      `| ${long} | 10 years |`,
      '',
      '```',
      long,
      '```',
      '',
      `> ${long}`,
    ].join('\n');
    const suggestions = [{ label: long, isRecommended: true, actions: [] }];
    const cards = [
      card(long, { indicator: 'critical', detail, suggestions }),
      card('A warning', { indicator: 'warning' }),
      card('An info'),
    ];
    const cds = await fakeCds({
      hooks: {
        'patient-view': cards,
        'order-select': (_request, response) => {
          response.status(412).json({ resourceType: 'OperationOutcome', issue: [{ diagnostics: long }] });
        },
      },
    });
    const { base } = await startWorld({
      chartPage: { cdsBase: cds.base, explain: () => Promise.reject(new Error(long)) },
    });
    const page = await openChart(base, 'walter-hughes', { viewport: { width, height: 800 }, colorScheme });
    await page.getByText('The rules could not be explained').waitFor();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('fake-order-select could not check this').waitFor();
    await sound(page, 'cards of every kind');
    await page.goto(`${base}/patients/nobody`);
    await sound(page, 'no such patient');
  },
);

test('the policy lets nothing in from elsewhere and nothing inline', async () => {
  const { base } = await startWorld();
  const { headers } = await fetch(`${base}/patients/walter-hughes`);
  expect(headers.get('content-security-policy')?.split(';')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]);
  expect(headers.get('cache-control')).toBe('no-store');
  const page = await openChart(base, 'walter-hughes');
  const loaded = (await page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")) as string[];
  expect(loaded.length).toBeGreaterThan(3);
  expect(loaded.filter((url) => !url.startsWith(base))).toEqual([]);
  expect(await page.locator('style, [style], script:not([src])').count()).toBe(0);
});

test('what the page loads is kept by the browser for a year under an address of its content', async () => {
  const { base } = await startWorld();
  const page = await openPage(base);
  const address = await page.locator('link[rel=stylesheet]').getAttribute('href');
  const { status, headers } = await fetch(`${base}${address}`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/css; charset=utf-8');
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await fetch(`${base}/assets/older/chart-page.css`)).status).toBe(404);
});

test('a form of another site changes nothing', async () => {
  const { base } = await startWorld();
  const url = `${base}/patients/walter-hughes/drafts`;
  const post = (headers: Record<string, string>) =>
    fetch(url, { method: 'POST', headers, body: new URLSearchParams({ service: 'inr' }) }).then(({ status }) => status);
  expect(await post({})).toBe(403);
  expect(await post({ origin: 'http://evil.example' })).toBe(403);
  expect(await post({ 'sec-fetch-site': 'cross-site', origin: base })).toBe(403);
  expect(await post({ 'sec-fetch-site': 'same-site', origin: base })).toBe(403);
  expect(await post({ origin: base })).toBe(200);
});
