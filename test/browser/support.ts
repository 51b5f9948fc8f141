import AxeBuilder from '@axe-core/playwright';
import express from 'express';
import type { Resource } from 'fhir/r4.js';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFinished } from 'vitest';
import type { AppDeps } from '../../src/app.ts';
import { localDate } from '../../src/clock.ts';
import { type ChartPageDeps, createChartPage, type MedicationChoice } from '../../src/demo/chart-page.ts';
import { createFhirServer } from '../../src/demo/fhir-server.ts';
import { loadPatients } from '../../src/demo/patients.ts';
import type { RuleSet } from '../../src/rules/rule-set.ts';
import { appOf, listen, now, onlyRules } from '../support/app.ts';
import { shippedRuleSet } from '../support/rule-set.ts';

let browser: Browser;
let ruleSet: RuleSet;

/** Joins a file of tests to the Chromium of all, with the two rules that the tests speak of. */
export const useBrowser = (): void => {
  beforeAll(async () => {
    browser = await chromium.connect(inject('chromium'));
    ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer', 'warfarin-nsaid');
  });
  afterAll(() => browser.close());
};

const timeZone = 'America/New_York';
const today = localDate(now, timeZone);
const fixtures = loadPatients('fixtures/patients', today);

/** What the type-ahead finds, by their RxNorm codes. */
const medications: readonly MedicationChoice[] = [
  { code: '197805', name: 'ibuprofen 400 MG Oral Tablet' },
  { code: '197806', name: 'ibuprofen 600 MG Oral Tablet' },
  { code: '197807', name: 'ibuprofen 800 MG Oral Tablet' },
  { code: '855332', name: 'warfarin sodium 5 MG Oral Tablet' },
  { code: '198440', name: 'Acetaminophen 500 MG Oral Tablet' },
];

const searchMedications = (text: string): readonly MedicationChoice[] =>
  medications.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));

interface World {
  /** More patients than the fixtures. */
  readonly resources?: readonly Resource[];
  readonly listed?: ChartPageDeps['patients'];
  readonly chartPage?: Partial<ChartPageDeps>;
  readonly app?: Partial<AppDeps>;
}

/** A CDS service, a sample FHIR server and the chart page on free ports, for one test. */
export const startWorld = async ({ resources = [], listed = [], chartPage = {}, app = {} }: World = {}) => {
  const all = [...fixtures.flatMap((patient) => patient.resources), ...resources];
  const fhirOrigin = await listen(createFhirServer({ resources: all, now: () => now }), onTestFinished);
  const fhirBase = `${fhirOrigin}/fhir`;
  const cds = appOf(ruleSet, { fhirServers: [fhirBase], timeZone, ...app });
  const calls: Record<string, unknown>[] = [];
  const heard = express().use(express.json({ limit: '5mb' }), (request, _response, next) => {
    if (request.method === 'POST') calls.push({ path: request.path, ...request.body });
    next();
  });
  const cdsBase = await listen(heard.use(cds.app), onTestFinished);
  const router = createChartPage({
    cdsBase,
    fhirBase,
    patients: [...fixtures.map(({ id, name, story }) => ({ id, name, story })), ...listed],
    searchMedications,
    now: () => now,
    timeZone,
    ...chartPage,
  });
  const base = await listen(express().use(router), onTestFinished);
  const search = async (query: string): Promise<readonly Resource[]> => {
    const bundle = (await (await fetch(`${fhirBase}/${query}`)).json()) as { entry?: { resource: Resource }[] };
    return (bundle.entry ?? []).map(({ resource }) => resource);
  };
  return { base, cdsBase, fhirBase, calls, search };
};

/** A page of a fresh browser session; it must break no content security policy and throw nothing. */
export const openPage = async (url: string, options: BrowserContextOptions = {}): Promise<Page> => {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1200, height: 900 }, ...options });
  context.setDefaultTimeout(8_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A status, or no answer, that the page tells of is no fault of the page.
    if (message.type() === 'error' && !/Failed to (load resource|fetch)/.test(message.text()))
      faults.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });
  await page.goto(url);
  return page;
};

/** A patient's chart with its cards drawn. */
export const openChart = async (base: string, patient: string, options?: BrowserContextOptions): Promise<Page> => {
  const page = await openPage(`${base}/patients/${patient}`, options);
  await page.locator('#cards .quiet, #cards .card, #cards .problem').first().waitFor();
  await page.getByText('Asking the decision support service').waitFor({ state: 'detached' });
  return page;
};

const isStill =
  "document.querySelector('.htmx-request') === null && document.getAnimations().every(({ playState }) => playState !== 'running')";

/** What axe-core finds against WCAG 2.2 AA and its best practices. */
export const axeFindings = async (page: Page): Promise<readonly string[]> => {
  // What waits for an answer is pale for a moment, and what has it fades in.
  while (!(await page.evaluate<boolean>(isStill))) await page.waitForTimeout(20);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
};

/** Whether the page is wider than its window. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
