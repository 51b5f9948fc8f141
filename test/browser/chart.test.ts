import type { Resource } from 'fhir/r4.js';
import { expect, test } from 'vitest';
import { card, fakeCds } from './fake-cds.ts';
import { openChart, openPage, startWorld, useBrowser } from './support.ts';

useBrowser();

test('a patient is found by a word of the story and the chart opened', async () => {
  const { base } = await startWorld();
  const page = await openPage(base);
  expect(await page.getByRole('status').textContent()).toBe('20 patients');
  await page.getByLabel('Filter by name or story').fill('hospice pancreatic');
  await page.getByText('1 patient', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Ruth Callahan' }).click();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Ruth Callahan');
  expect(await page.getByRole('note').textContent()).toBe(
    'Demonstration on synthetic patients; draft rules, not for clinical use',
  );
});

test('the list says when no patient fits', async () => {
  const { base } = await startWorld();
  const page = await openPage(`${base}/?q=nobody`);
  await page.getByText('No patient fits “nobody”.').waitFor();
});

test('a chart shows who the patient is, problems, medications, allergies and recent results', async () => {
  const { base } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  const bar = page.locator('.patient-bar');
  for (const fact of ['68 years', 'male', '1958-05-21', 'MRN-100110'])
    await bar.getByText(fact, { exact: true }).waitFor();
  const chart = page.getByRole('complementary', { name: 'Chart' });
  const rows = (section: string) => chart.getByRole('region', { name: section }).getByRole('listitem').allInnerTexts();
  expect((await rows('Problems'))[0]).toContain('Permanent atrial fibrillation');
  expect((await rows('Medications')).join()).toMatch(/warfarin sodium 5 MG Oral Tablet.*2026-06-21/s);
  expect((await rows('Recent results'))[0]).toMatch(/INR\s+2\.4 INR\s+2026-11-16\s+before: 2\.6 INR, 2026-10-19/);
  await chart.getByRole('region', { name: 'Allergies' }).getByText('None on record').waitFor();
});

test('opening a chart calls patient-view as an EHR does: no prefetch, its FHIR server, a UUID for each call', async () => {
  const { base, calls, fhirBase } = await startWorld();
  const page = await openChart(base, 'maria-alvarez');
  await page.getByRole('heading', { name: /Warning.*Colorectal cancer screening is overdue/ }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: /Colorectal/ }).waitFor();
  const [first, second] = calls;
  expect(first).toMatchObject({
    hook: 'patient-view',
    fhirServer: fhirBase,
    context: { userId: 'Practitioner/dana-whitfield', patientId: 'maria-alvarez' },
  });
  expect(first?.hookInstance).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  expect(second?.hookInstance).not.toBe(first?.hookInstance);
});

test('cards stand gravest first, each with its colour and the word for it', async () => {
  const cds = await fakeCds({
    hooks: {
      'patient-view': [
        card('An info'),
        card('A critical', { indicator: 'critical' }),
        card('A warning', { indicator: 'warning' }),
      ],
    },
  });
  const { base } = await startWorld({ chartPage: { cdsBase: cds.base } });
  const page = await openChart(base, 'maria-alvarez');
  expect(await page.getByRole('article').getByRole('heading').allInnerTexts()).toEqual([
    'Critical A critical',
    'Warning A warning',
    'Info An info',
  ]);
  expect(await page.locator('#cards-count').innerText()).toBe('3 cards: 1 critical, 1 warning, 1 info');
  const colours = await page.evaluate(
    "[...document.querySelectorAll('article')].map((each) => getComputedStyle(each).borderInlineStartColor)",
  );
  expect(colours).toEqual(['rgb(204, 0, 0)', 'rgb(255, 174, 66)', 'rgb(0, 121, 190)']);
});

test('the detail is drawn as Markdown; HTML, images and addresses that are not of the web are not', async () => {
  const detail = [
    '# Why',
    '**Due** since *May*, see [the guideline](https://example.org/guideline).',
    '- one',
    '<b>bold</b> <script>document.title = "owned"</script>',
    '![x](https://example.org/pixel.png) [run](javascript:document.title="owned")',
  ].join('\n\n');
  const links = [
    { label: 'Paper', url: 'https://example.org/paper', type: 'absolute' },
    { label: 'Run', url: 'javascript:alert(1)', type: 'absolute' },
    { label: 'Calculator', url: 'https://example.org/launch', type: 'smart' },
  ];
  const source = { label: 'Guideline', url: 'https://example.org/' };
  const cds = await fakeCds({ hooks: { 'patient-view': [card('Told', { detail, links, source })] } });
  const { base } = await startWorld({ chartPage: { cdsBase: cds.base } });
  const page = await openChart(base, 'maria-alvarez');
  const article = page.getByRole('article', { name: 'Info Told' });
  expect(await article.locator('strong').innerText()).toBe('Due');
  expect(await article.locator('.detail li').innerText()).toBe('one');
  expect(await article.locator('img, script, b').count()).toBe(0);
  expect(await article.innerText()).toContain('<script>document.title = "owned"</script>');
  const drawn = await page.evaluate(
    "[...document.querySelectorAll('article a')].map(({ textContent, href, rel, target }) => [textContent, href, rel, target])",
  );
  const outside = ['noopener noreferrer', '_blank'];
  expect(drawn).toEqual([
    ['the guideline', 'https://example.org/guideline', ...outside],
    ['x', 'https://example.org/pixel.png', ...outside],
    ['Guideline', 'https://example.org/', ...outside],
    ['Paper', 'https://example.org/paper', ...outside],
  ]);
  await article.getByText('Run (no web address)').waitFor();
  await article.getByText('Calculator (a SMART app, which this page does not launch)').waitFor();
});

test('text from the record is shown as it is, whatever it holds', async () => {
  const words = '<img src=x onerror="document.title=1"> **bold** [x](javascript:alert(1)) {{it}} <%= 1 %>';
  const name = [{ family: words, given: ['<hx-partial hx-target="body">'] }];
  const subject = { reference: 'Patient/mallory' };
  const resources = [
    { resourceType: 'Patient', id: 'mallory', name, gender: 'female', birthDate: '1970-01-01' },
    { resourceType: 'Condition', id: 'mallory-1', subject, code: { text: words } },
    {
      resourceType: 'Observation',
      id: 'mallory-2',
      status: 'final',
      subject,
      code: { text: words },
      valueString: words,
    },
  ] as unknown as Resource[];
  const { base } = await startWorld({ resources, listed: [{ id: 'mallory', name: words, story: words }] });
  const page = await openPage(base);
  await page.getByRole('link', { name: words }).click();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`<hx-partial hx-target="body"> ${words}`);
  expect(await page.getByRole('region', { name: 'Problems' }).locator('.name').textContent()).toBe(words);
  expect(await page.getByRole('region', { name: 'Recent results' }).locator('.value').textContent()).toBe(words);

  await page.getByLabel('Add a medication').fill(words);
  await page.getByRole('button', { name: 'In free text' }).click();
  const notChecked = page.locator('#orders').getByRole('article');
  expect(await notChecked.getByRole('heading').innerText()).toContain('<img src=x');
  expect(await notChecked.locator('.detail').innerText()).toContain(words);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toContain('<img src=x');
});
