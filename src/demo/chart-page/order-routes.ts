import express, { type Response } from 'express';
import type { Resource } from 'fhir/r4.js';
import { z } from 'zod';
import { cardsView } from './card-view.ts';
import { checkDrafts } from './checks.ts';
import { chartUrl, type Desk, type PatientRequest, patientOf } from './desk.ts';
import { asDraft, draftMedication, draftService, orderName, signingEntries } from './drafts.ts';
import { PageError } from './error-page.ts';
import { problemOf } from './exchange.ts';
import { ordersView } from './orders-view.ts';
import { changes } from './refresh.ts';
import type { ChartState, StateHandle } from './sessions.ts';
import type { Message } from './views.ts';

const draftForm = z.union([
  z.object({ service: z.string().min(1) }),
  z.object({
    code: z
      .string()
      .regex(/^\d{1,10}$/)
      .optional(),
    name: z.string().trim().min(1).max(300),
  }),
]);

const mostDrafts = 20;

/** Composing orders: search, draft, remove, sign. Every answer is the whole composer. */
export const orderRoutes = (desk: Desk): express.Router => {
  const router = express.Router();
  const at = '/patients/:patient';

  router.get(`${at}/medications`, (request: PatientRequest, response) => {
    const url = chartUrl(request.baseUrl, patientOf(desk, request));
    const query = typeof request.query.medication === 'string' ? request.query.medication.slice(0, 100).trim() : '';
    response.send(desk.views.medications({ url, query, found: query.length < 2 ? [] : desk.searchMedications(query) }));
  });

  type Outcome = { readonly message: Message; readonly changed?: Parameters<typeof changes>[1] };
  type Work = (state: StateHandle, patientId: string, request: PatientRequest) => Promise<Outcome>;
  const post = (path: string, work: Work) =>
    router.post(`${at}${path}`, async (request: PatientRequest, response: Response) => {
      const { id } = patientOf(desk, request);
      const state = desk.sessions.of(request, response, id);
      const { message, changed = 'drafts' } = await work(state, id, request);
      changes(response, changed);
      response.send(desk.views.orders(ordersView(chartUrl(request.baseUrl, { id }), state.get(), message)));
    });

  post('/drafts', async (state, patientId, { body }) => {
    const resource = draftOf(body, { patientId, user: desk.user, now: desk.now() });
    if (state.get().drafts.length >= mostDrafts) throw new PageError(422, `There are ${mostDrafts} drafts already.`);
    const add = ({ drafts, drafted }: ChartState) => ({
      drafts: [...drafts, asDraft(resource, `draft-${drafted + 1}`)],
      drafted: drafted + 1,
      signing: false,
    });
    state.set(add);
    return told(`Drafted: ${orderName(resource)}`, await checkDrafts(desk, state, patientId));
  });

  post('/drafts/:draft/remove', async (state, patientId, { params }) => {
    const removed = state.get().drafts.find(({ id }) => id === params.draft);
    state.set(({ drafts }) => ({ drafts: drafts.filter((draft) => draft !== removed) }));
    const name = removed ? orderName(removed.resource) : 'the draft was gone already';
    return told(`Removed: ${name}`, await checkDrafts(desk, state, patientId));
  });

  post('/sign', async (state, patientId) => {
    if (state.get().drafts.length === 0) throw new PageError(422, 'There is nothing to sign.');
    state.set({ signing: true });
    const { check } = await checkDrafts(desk, state, patientId);
    if (check && check.cards.length + check.problems.length > 0)
      return { message: { tone: 'problem', text: 'Not signed yet. Read this first, then decide.' } };
    return signDrafts(desk, state);
  });

  post('/sign-anyway', (state) => signDrafts(desk, state));

  post('/keep', async (state, patientId) => {
    state.set({ signing: false });
    return told('Kept as drafts', await checkDrafts(desk, state, patientId));
  });

  post('/cancel', async (state) => {
    const names = state.get().drafts.map(({ resource }) => orderName(resource));
    state.set({ drafts: [], check: undefined, signing: false });
    return { message: { tone: 'done', text: `Cancelled: ${names.join(', ')}` } };
  });

  return router;
};

const draftOf = (body: unknown, context: Parameters<typeof draftMedication>[1]): Resource => {
  const { data } = draftForm.safeParse(body);
  const resource = data && ('service' in data ? draftService(data.service, context) : draftMedication(data, context));
  if (resource === undefined) throw new PageError(422, 'Choose what to order.');
  return resource;
};

/** What was done, and what the services say now. */
const told = (text: string, { check, dismissed }: ChartState) => {
  const said = check && cardsView(check, dismissed);
  const tone = said && said.problems.length > 0 ? 'problem' : 'done';
  return { message: { tone, text: `${[text, ...(said ? [said.count] : [])].join('. ')}.` } } as const;
};

/** Writes the drafts to the FHIR server as orders, all or none. */
const signDrafts = async ({ ehr }: Desk, state: StateHandle) => {
  const { drafts } = state.get();
  if (drafts.length === 0) throw new PageError(409, 'There is nothing to sign any more.');
  try {
    await ehr.transact(signingEntries(drafts));
  } catch (thrown) {
    const { title, details } = problemOf('Nothing was signed: the FHIR server did not take the orders', thrown);
    return { message: { tone: 'problem', text: title, details } } as const;
  }
  state.set(({ drafts: now }) => ({
    drafts: now.filter((draft) => !drafts.includes(draft)),
    check: undefined,
    signing: false,
  }));
  const names = drafts.map(({ resource }) => orderName(resource));
  return { message: { tone: 'done', text: `Signed: ${names.join(', ')}.` }, changed: 'chart' } as const;
};
