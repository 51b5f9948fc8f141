import { randomUUID } from 'node:crypto';
import express from 'express';
import type { Logger } from 'pino';
import { localDate } from '../clock.ts';
import { assetsRouter, loadAssets } from './chart-page/assets.ts';
import { cardRoutes } from './chart-page/card-routes.ts';
import { createCdsClient } from './chart-page/cds-client.ts';
import type { Desk } from './chart-page/desk.ts';
import { createEhrClient } from './chart-page/ehr-client.ts';
import { errorPage, PageError } from './chart-page/error-page.ts';
import { orderRoutes } from './chart-page/order-routes.ts';
import { patientRoutes } from './chart-page/patient-routes.ts';
import { sameOriginOnly, securityHeaders } from './chart-page/security.ts';
import { createSessions } from './chart-page/sessions.ts';
import { createViews } from './chart-page/views.ts';
import type { Explain } from './chart-page/why-view.ts';

export type { Explain, RuleExplanation } from './chart-page/why-view.ts';

export interface ListedPatient {
  readonly id: string;
  readonly name: string;
  readonly story: string;
}

export interface MedicationChoice {
  /** RxNorm. */
  readonly code: string;
  readonly name: string;
}

export interface ChartPageDeps {
  /** What stands before `/cds-services`. */
  readonly cdsBase: string;
  /** The FHIR server of this EHR; the CDS Services are told of it as `fhirServer`. */
  readonly fhirBase: string;
  readonly patients: readonly ListedPatient[];
  /** The medications that a text finds, best first; as many as should be shown. */
  readonly searchMedications: (text: string) => readonly MedicationChoice[];
  /** What every rule says of a patient, for the "Why" panel; without it there is none. */
  readonly explain?: Explain | undefined;
  /** Who charts: `userId` of every hook and requester of every order. */
  readonly user?: { readonly reference: string; readonly name: string } | undefined;
  readonly now?: (() => Date) | undefined;
  /** IANA time zone in which ages are reckoned. */
  readonly timeZone?: string | undefined;
  readonly log?: Pick<Logger, 'warn' | 'error'> | undefined;
}

/**
 * A small EHR in the browser: a CDS Client that opens charts, drafts and signs orders and draws the cards. It may be
 * mounted at any path, and answers every address below it. Nothing is kept but drafts and shown cards, in memory, by browser.
 */
export const createChartPage = (deps: ChartPageDeps): express.Router => {
  const { patients, searchMedications, explain, timeZone = 'UTC', now = () => new Date() } = deps;
  const { user = { reference: 'Practitioner/dana-whitfield', name: 'Dana Whitfield, MD' }, log } = deps;
  const assets = loadAssets();
  const desk: Desk = {
    cds: createCdsClient({ base: deps.cdsBase, fhirServer: deps.fhirBase, now }),
    ehr: createEhrClient(deps.fhirBase),
    sessions: createSessions(randomUUID),
    views: createViews({ assets, user: user.name, explains: explain !== undefined }),
    patients,
    searchMedications,
    explain,
    user: user.reference,
    now,
    today: () => localDate(now(), timeZone),
    warn: (fields, message) => log?.warn(fields, message),
  };
  const router = express.Router();
  router.use(securityHeaders());
  router.use(assetsRouter(assets));
  router.use(sameOriginOnly, express.urlencoded({ extended: false, limit: '32kb' }));
  router.use(patientRoutes(desk), orderRoutes(desk), cardRoutes(desk));
  router.use((_request, _response, next) => next(new PageError(404, 'There is no such page.')));
  router.use(errorPage(desk.views, (error) => log?.error({ err: error }, 'the chart page failed')));
  return router;
};
