import { expect, test } from 'vitest';
import { card, fakeCds } from './fake-cds.ts';
import { openChart, startWorld, useBrowser } from './support.ts';

useBrowser();

const reasons = [
  { system: 'http://example.org/reasons', code: 'benefit', display: 'The benefit outweighs the risk' },
  { system: 'http://example.org/reasons', code: 'tolerated', display: 'Tolerated before' },
];

test('accepting an order at patient-view writes it to the FHIR server, and the card goes', async () => {
  const { base, search } = await startWorld();
  const page = await openChart(base, 'maria-alvarez');
  await page.getByRole('button', { name: 'Order a FIT' }).click();
  await page.getByText('Done: Order a FIT. It is on the chart.').waitFor();
  expect(await page.locator('#cards-count').innerText()).toBe('No cards');
  await page.getByRole('region', { name: 'Orders for tests and procedures' }).getByText('(FIT)').waitFor();
  expect(await search('ServiceRequest?patient=maria-alvarez')).toMatchObject([
    { status: 'active', intent: 'order', subject: { reference: 'Patient/maria-alvarez' } },
  ]);
});

test('accepting a deletion removes the draft that it names', async () => {
  const { base, search } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await page.getByLabel('Add a medication').fill('ibu');
  await page.getByRole('button', { name: 'ibuprofen 600 MG' }).click();
  await page.getByRole('button', { name: 'Cancel the NSAID', exact: true }).click();
  await page.getByText('Done: Cancel the NSAID.').waitFor();
  expect(await page.locator('#orders-count').innerText()).toBe('No drafts');
  expect(await search('MedicationRequest?patient=walter-hughes')).toHaveLength(3);
});

test('accepting a replacement before signing changes the drafts, and the new ones can be signed', async () => {
  const { base } = await startWorld();
  const page = await openChart(base, 'walter-hughes');
  await page.getByLabel('Add a medication').fill('ibu');
  await page.getByRole('button', { name: 'ibuprofen 600 MG' }).click();
  await page.getByRole('button', { name: 'Sign the order' }).click();
  await page.getByText('Not signed yet').waitFor();
  await page.getByRole('button', { name: /^Replace the NSAID/ }).click();
  await page.getByText('Done: Replace the NSAID').waitFor();
  expect(await page.locator('.drafts .name').allInnerTexts()).toEqual(['Acetaminophen 500 MG Oral Tablet']);
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByText('Signed: Acetaminophen').waitFor();
});

test('a deletion of something on the chart is done on the FHIR server', async () => {
  const action = {
    type: 'delete',
    description: 'Stop warfarin',
    resourceId: 'MedicationRequest/walter-hughes-warfarin',
  };
  const suggestions = [{ label: 'Stop warfarin', uuid: '5d1f3a34-7a35-4f2c-8a46-59f1d5e6b9aa', actions: [action] }];
  const cds = await fakeCds({
    hooks: { 'patient-view': [card('Bleeding', { suggestions, selectionBehavior: 'any' })] },
    feedback: 200,
  });
  const { base, search } = await startWorld({ chartPage: { cdsBase: cds.base } });
  const page = await openChart(base, 'walter-hughes');
  await page.getByRole('button', { name: 'Stop warfarin' }).click();
  await page.getByText('Done: Stop warfarin').waitFor();
  await page.getByRole('region', { name: 'Medications' }).getByText('warfarin').waitFor({ state: 'detached' });
  expect(await search('MedicationRequest?patient=walter-hughes')).toHaveLength(2);
  const told = cds.heard.find(({ path }) => path.endsWith('/feedback'));
  expect(told?.body).toMatchObject({
    feedback: [{ outcome: 'accepted', acceptedSuggestions: [{ id: '5d1f3a34-7a35-4f2c-8a46-59f1d5e6b9aa' }] }],
  });
});

test('a suggestion that the FHIR server refuses is not done, and the page says so', async () => {
  const action = { type: 'delete', description: 'Stop it', resourceId: 'Nonsense/x' };
  const suggestions = [{ label: 'Stop it', actions: [action] }];
  const cds = await fakeCds({ hooks: { 'patient-view': [card('Odd', { suggestions })] } });
  const { base } = await startWorld({ chartPage: { cdsBase: cds.base } });
  const page = await openChart(base, 'walter-hughes');
  await page.getByRole('button', { name: 'Stop it' }).click();
  await page.getByText('Nothing was done: the FHIR server did not take it').waitFor();
  await page.getByRole('article', { name: /Odd/ }).waitFor();
});

test('a suggestion without anything to act on does nothing, and the page says so', async () => {
  const suggestions = [{ label: 'Do it', actions: [{ type: 'create', description: 'Nothing' }] }];
  const cds = await fakeCds({ hooks: { 'patient-view': [card('Odd', { suggestions })] } });
  const { base } = await startWorld({ chartPage: { cdsBase: cds.base } });
  const page = await openChart(base, 'walter-hughes');
  await page.getByRole('button', { name: 'Do it' }).click();
  await page.getByRole('alert').getByText('This suggestion names nothing that could be done.').waitFor();
});

test('a card is dismissed with one of its reasons and a comment, and the service is told', async () => {
  const cds = await fakeCds({
    hooks: { 'patient-view': [card('Do this', { overrideReasons: reasons }), card('And that')] },
    feedback: 200,
  });
  const { base } = await startWorld({ chartPage: { cdsBase: cds.base } });
  const page = await openChart(base, 'walter-hughes');
  const article = page.getByRole('article', { name: 'Info Do this' });
  await article.getByText('Dismiss: Do this').click();
  await article.getByLabel('Reason').selectOption('Tolerated before');
  await article.getByLabel('Comment').fill('for years');
  await article.getByRole('button', { name: 'Dismiss this card' }).click();
  await page.getByText('Dismissed: Do this').waitFor();
  await page.getByText('The service was told.').waitFor();
  expect(await page.locator('#cards').getByRole('heading').allInnerTexts()).toEqual(['Info And that']);
  const { path, body } = cds.heard.at(-1) ?? {};
  expect(path).toBe('/cds-services/fake-patient-view/feedback');
  expect(body).toEqual({
    feedback: [
      {
        card: '2b1c2a6e-5d4f-4d0e-9a53-0d6c8d6d2c11',
        outcome: 'overridden',
        overrideReason: { reason: reasons[1], userComment: 'for years' },
        outcomeTimestamp: '2026-11-21T15:00:00.000Z',
      },
    ],
  });
  // The same matter told again stays dismissed, until it is wanted back.
  await page.reload();
  await page.getByText('1 dismissed.').waitFor();
  await page.getByRole('button', { name: 'Show again' }).click();
  await page.getByRole('article', { name: 'Info Do this' }).waitFor();
});

test.each([404, 501])(
  'where feedback answers %i the page says that it is not kept, and the card goes',
  async (feedback) => {
    const cds = await fakeCds({ hooks: { 'patient-view': [card('Do this')] }, feedback });
    const { base } = await startWorld({ chartPage: { cdsBase: cds.base } });
    const page = await openChart(base, 'walter-hughes');
    await page.getByText('Dismiss: Do this').click();
    await page.getByRole('button', { name: 'Dismiss this card' }).click();
    await page.getByText('This version of the service does not keep feedback.').waitFor();
    expect(await page.locator('#cards').getByRole('article').count()).toBe(0);
  },
);

test('a reason in words alone is feedback too, and no reason at all is asked for', async () => {
  const cds = await fakeCds({
    hooks: { 'patient-view': [card('Do this', { overrideReasons: reasons })] },
    feedback: 503,
  });
  const { base } = await startWorld({ chartPage: { cdsBase: cds.base } });
  const page = await openChart(base, 'walter-hughes');
  await page.getByText('Dismiss: Do this').click();
  await page.getByRole('button', { name: 'Dismiss this card' }).click();
  expect(await page.evaluate("document.activeElement.matches('select:invalid')")).toBe(true);
  await page.getByLabel('Reason').selectOption('Another reason, in the comment');
  await page.getByRole('button', { name: 'Dismiss this card' }).click();
  await page.getByRole('alert').getByText('Choose a reason, or write one as a comment.').waitFor();
  await page.getByLabel('Comment').fill('Not today');
  await page.getByRole('button', { name: 'Dismiss this card' }).click();
  await page.getByText('The service could not be told: HTTP 503').waitFor();
  expect(cds.heard.at(-1)?.body).toMatchObject({ feedback: [{ overrideReason: { userComment: 'Not today' } }] });
});
