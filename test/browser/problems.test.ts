import { expect, test } from 'vitest';
import { card, fakeCds } from './fake-cds.ts';
import { openChart, openPage, startWorld, useBrowser } from './support.ts';

useBrowser();

/** Nothing listens there. */
const nowhere = 'http://127.0.0.1:2';
const down = 'The decision support service does not answer: nothing was checked';

test('with the CDS service down the chart is there, and the page says that nothing was checked', async () => {
  const { base } = await startWorld({ chartPage: { cdsBase: nowhere } });
  const page = await openChart(base, 'walter-hughes');
  await page.getByRole('alert').getByText(down).waitFor();
  await page.getByText('no answer from http://127.0.0.1:2 (ECONNREFUSED)').waitFor();
  expect(await page.locator('#cards-count').innerText()).toBe('Not checked');
  await page.getByRole('region', { name: 'Medications' }).getByText('warfarin').waitFor();
});

test('with the CDS service down signing asks first, and can go on without the check', async () => {
  const { base, search } = await startWorld({ chartPage: { cdsBase: nowhere } });
  const page = await openChart(base, 'walter-hughes');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.locator('#orders').getByText(down).waitFor();
  await page.getByRole('button', { name: 'Sign the order' }).click();
  await page.getByRole('button', { name: 'Sign anyway' }).click();
  await page.getByText('Signed: Fecal immunochemical test (FIT).').waitFor();
  expect(await search('ServiceRequest?patient=walter-hughes')).toHaveLength(1);
});

test('an answer of 412 is told in the words of its OperationOutcome', async () => {
  const { base } = await startWorld({ app: { fhirServers: [] } });
  const page = await openChart(base, 'walter-hughes');
  await page.getByText('carehook-patient-view could not check this').waitFor();
  await page.getByText(/HTTP 412: expected Patient\/walter-hughes/).waitFor();
});

test('a card that breaks CDS Hooks is told of, and the others are shown', async () => {
  const cds = await fakeCds({ hooks: { 'patient-view': [card('Fine'), card('Odd', { indicator: 'hard-stop' })] } });
  const { base } = await startWorld({ chartPage: { cdsBase: cds.base } });
  const page = await openChart(base, 'walter-hughes');
  await page.getByText('fake-patient-view sent cards that break CDS Hooks').waitFor();
  await page.getByRole('article', { name: 'Info Fine' }).waitFor();
});

test('a hook that no service declares is no all-clear', async () => {
  const cds = await fakeCds({ hooks: { 'order-sign': [] } });
  const { base } = await startWorld({ chartPage: { cdsBase: cds.base } });
  const page = await openChart(base, 'walter-hughes');
  await page.getByText('No service declares patient-view: nothing was checked').waitFor();
});

test('with the FHIR server down the page says so in place of the chart, and nothing can be signed', async () => {
  const { base } = await startWorld({ chartPage: { fhirBase: `${nowhere}/fhir` } });
  const page = await openChart(base, 'walter-hughes');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Walter Hughes');
  await page.getByText('The chart could not be read from the FHIR server').waitFor();
  await page.getByText(/carehook-patient-view could not check this/).waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: 'Sign the order' }).click();
  await page.getByRole('button', { name: 'Sign anyway' }).click();
  await page.getByText('Nothing was signed: the FHIR server did not take the orders').waitFor();
  expect(await page.locator('.drafts .name').allInnerTexts()).toEqual(['Fecal immunochemical test (FIT)']);
});

test('an address that does not exist is a page that says so', async () => {
  const { base } = await startWorld();
  const page = await openPage(`${base}/patients/nobody`);
  await page.getByText('There is no such patient on the list.').waitFor();
  await page.goto(`${base}/nowhere`);
  await page.getByText('There is no such page.').waitFor();
  await page.getByRole('link', { name: 'To the list of patients' }).click();
  await page.getByRole('link', { name: 'Walter Hughes' }).waitFor();
});

test('when the page itself gets no answer it says so and changes nothing', async () => {
  const { base } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await page.route('**/drafts', (route) => route.abort());
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('alert').getByText('The chart page does not answer').waitFor();
});

test('a card that is not current any more is not acted on', async () => {
  const { base, search } = await startWorld();
  const page = await openChart(base, 'maria-alvarez');
  const first = page.getByRole('button', { name: 'Order a FIT' });
  await first.waitFor();
  // The same session opens the chart again, in another tab.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole('button', { name: 'Order a FIT' }).waitFor();
  await first.click();
  await page.getByRole('alert').getByText('This card is not current any more.').waitFor();
  expect(await search('ServiceRequest?patient=maria-alvarez')).toHaveLength(0);
});
