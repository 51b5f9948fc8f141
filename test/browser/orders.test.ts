import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openChart, startWorld, useBrowser } from './support.ts';

useBrowser();

const draft = async (page: Page, text: string, name: string) => {
  await page.getByLabel('Add a medication').fill(text);
  await page.getByRole('button', { name }).click();
  await page.getByText(`Drafted: ${name}`).waitFor();
};
const ibuprofen = 'ibuprofen 600 MG Oral Tablet';
const card = /Warning.*ibuprofen with warfarin: risk of bleeding/;
const countOf = (page: Page) => page.locator('#orders-count').innerText();

test('a medication is found while typing, and drafting it calls order-select with what was selected', async () => {
  const { base, calls, fhirBase } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await page.getByLabel('Add a medication').pressSequentially('ibup');
  await page.getByText('3 found').waitFor();
  await page.getByRole('button', { name: ibuprofen }).click();
  await page.getByRole('heading', { name: card }).waitFor();
  expect(await countOf(page)).toBe('1 draft. 1 card: 1 warning');
  expect(await page.getByLabel('Add a medication').inputValue()).toBe('');
  const { hook, fhirServer, context } = calls.at(-1) as { hook: string; fhirServer: string; context: object };
  expect([hook, fhirServer]).toEqual(['order-select', fhirBase]);
  expect(context).toMatchObject({
    patientId: 'walter-hughes',
    selections: ['MedicationRequest/draft-1'],
    draftOrders: {
      entry: [{ resource: { id: 'draft-1', status: 'draft', subject: { reference: 'Patient/walter-hughes' } } }],
    },
  });
});

test('there may be several drafts; removing one asks again about the rest', async () => {
  const { base, calls } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await draft(page, 'ibu', ibuprofen);
  await page.getByLabel('Add a test or procedure').selectOption('INR');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Drafted: INR').waitFor();
  // The alert about the earlier draft must not go when another is added.
  await page.getByRole('heading', { name: card }).waitFor();
  await page.getByRole('button', { name: `Remove ${ibuprofen}` }).click();
  await page.getByText(`Removed: ${ibuprofen}. No cards.`).waitFor();
  expect(await countOf(page)).toBe('1 draft. No cards');
  expect(calls.at(-1)?.context).toMatchObject({ selections: ['ServiceRequest/draft-2'] });
  await page.getByRole('button', { name: 'Remove INR' }).click();
  await page.getByText('Removed: INR').waitFor();
  expect(await countOf(page)).toBe('No drafts');
});

test('drafts are there again after a reload, and another browser does not see them', async () => {
  const { base } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await draft(page, 'ibu', ibuprofen);
  await page.reload();
  await page.getByRole('heading', { name: card }).waitFor();
  expect(await countOf(page)).toBe('1 draft. 1 card: 1 warning');
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  const other = await openChart(base, 'walter-hughes');
  expect(await countOf(other)).toBe('No drafts');
});

test('signing shows the cards of order-sign first, and signs nothing before the answer', async () => {
  const { base, calls, search } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await draft(page, 'ibu', ibuprofen);
  await page.getByRole('button', { name: 'Sign the order' }).click();
  await page.getByText('Not signed yet').waitFor();
  await page.getByRole('heading', { name: card }).waitFor();
  expect(calls.at(-1)).toMatchObject({ hook: 'order-sign' });
  expect(calls.at(-1)?.context).not.toHaveProperty('selections');
  expect(await search('MedicationRequest?patient=walter-hughes')).toHaveLength(3);
});

test('"Sign anyway" creates the orders on the FHIR server, and the chart has them', async () => {
  const { base, search } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await draft(page, 'ibu', ibuprofen);
  await page.getByLabel('Add a test or procedure').selectOption('INR');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: 'Sign 2 orders' }).click();
  await page.getByRole('button', { name: 'Sign anyway' }).click();
  await page.getByText(`Signed: ${ibuprofen}, INR.`).waitFor();
  await page.getByRole('region', { name: 'Medications' }).getByText(ibuprofen).waitFor();
  await page.getByRole('region', { name: 'Orders for tests and procedures' }).getByText('INR').waitFor();
  expect(await countOf(page)).toBe('No drafts');
  const requests = await search('MedicationRequest?patient=walter-hughes&status=active');
  expect(requests).toContainEqual(
    expect.objectContaining({
      requester: { reference: 'Practitioner/dana-whitfield' },
      medicationCodeableConcept: {
        coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '197806', display: ibuprofen }],
        text: ibuprofen,
      },
    }),
  );
});

test('where order-sign has nothing to say, signing signs at once', async () => {
  const { base, search } = await startWorld();
  const page = await openChart(base, 'maria-alvarez');
  await draft(page, 'ibu', ibuprofen);
  await page.getByRole('button', { name: 'Sign the order' }).click();
  await page.getByText(`Signed: ${ibuprofen}.`).waitFor();
  expect(await search('MedicationRequest?patient=maria-alvarez&status=active')).toHaveLength(2);
});

test('cards of order-sign can be answered by keeping the drafts or by cancelling them', async () => {
  const { base, search } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await draft(page, 'ibu', ibuprofen);
  await page.getByRole('button', { name: 'Sign the order' }).click();
  await page.getByRole('button', { name: 'Keep as drafts' }).click();
  await page.getByText('Kept as drafts').waitFor();
  await page.getByRole('button', { name: 'Sign the order' }).click();
  await page.getByRole('button', { name: 'Cancel the orders' }).click();
  await page.getByText(`Cancelled: ${ibuprofen}`).waitFor();
  expect(await countOf(page)).toBe('No drafts');
  expect(await search('MedicationRequest?patient=walter-hughes')).toHaveLength(3);
});

test('a drug in free text is drafted too, and the service says that it could not check it', async () => {
  const { base } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await page.getByLabel('Add a medication').fill('herbal heart tonic');
  await page.getByText('No medication found').waitFor();
  await page.getByRole('button', { name: 'In free text: “herbal heart tonic”' }).click();
  await page.getByRole('heading', { name: /Could not check herbal heart tonic/ }).waitFor();
});
