import express, { type Response } from 'express';
import { z } from 'zod';
import { cardMatter, cardsView } from './card-view.ts';
import type { Feedback, ShownCard } from './cds-client.ts';
import { checkDrafts, openChart } from './checks.ts';
import { chartUrl, type Desk, type PatientRequest, patientOf } from './desk.ts';
import { PageError } from './error-page.ts';
import { problemOf } from './exchange.ts';
import { ordersView } from './orders-view.ts';
import { changes } from './refresh.ts';
import type { ChartState } from './sessions.ts';
import { planSuggestion } from './suggestion.ts';
import type { Message } from './views.ts';

const dismissForm = z.object({
  /** The place of the reason on the card, or `other`. */
  reason: z.string().max(10).default(''),
  comment: z.string().trim().max(2000).default(''),
});

const partForm = z.object({ part: z.enum(['opened', 'check']) });

/** Answering a card: accept a suggestion, dismiss it, have it back. The answer is the part of the page it stood in. */
export const cardRoutes = (desk: Desk): express.Router => {
  const router = express.Router();
  const at = '/patients/:patient/cards';

  const send = async (request: PatientRequest, response: Response, part: Part, message: Message) => {
    const { id } = patientOf(desk, request);
    const state = desk.sessions.of(request, response, id).get();
    const url = chartUrl(request.baseUrl, { id });
    if (part === 'check') response.send(desk.views.orders(ordersView(url, state, message)));
    else response.send(desk.views.cards({ url, message, said: cardsView(state.opened ?? nothing, state.dismissed) }));
  };

  router.post(`${at}/:card/suggestions/:suggestion`, async (request: PatientRequest, response) => {
    const { id } = patientOf(desk, request);
    const state = desk.sessions.of(request, response, id);
    const { shown, part } = shownCard(state.get(), request);
    const suggestion = shown.card.suggestions[Number(request.params.suggestion)];
    const plan = suggestion && planSuggestion(suggestion.actions, { hook: shown.hook, ...state.get() });
    if (!suggestion || !plan) throw new PageError(422, 'This suggestion names nothing that could be done.');
    try {
      await desk.ehr.transact(plan.entries);
    } catch (thrown) {
      const { title, details } = problemOf('Nothing was done: the FHIR server did not take it', thrown);
      await send(request, response, part, { tone: 'problem', text: title, details });
      return;
    }
    state.set({ drafts: plan.drafts, drafted: plan.drafted });
    await tell(desk, shown, {
      outcome: 'accepted',
      ...(suggestion.uuid !== undefined && { acceptedSuggestions: [{ id: suggestion.uuid }] }),
    });
    if (part === 'check') await checkDrafts(desk, state, id);
    else await openChart(desk, state, id);
    changes(response, plan.entries.length === 0 ? 'drafts' : part === 'check' ? 'chart' : 'chart-but-cards');
    const written = plan.entries.length > 0 ? ' It is on the chart.' : '';
    await send(request, response, part, { tone: 'done', text: `Done: ${suggestion.label}.${written}` });
  });

  router.post(`${at}/:card/dismiss`, async (request: PatientRequest, response) => {
    const { id } = patientOf(desk, request);
    const state = desk.sessions.of(request, response, id);
    const { shown, part } = shownCard(state.get(), request);
    const { data } = dismissForm.safeParse(request.body);
    if (data === undefined) throw new PageError(422, 'The reason could not be read.');
    const reason = shown.card.overrideReasons[data.reason === '' ? -1 : Number(data.reason)];
    if (shown.card.overrideReasons.length > 0 && reason === undefined && data.comment === '')
      throw new PageError(422, 'Choose a reason, or write one as a comment.');
    const overrideReason = { ...(reason && { reason }), ...(data.comment !== '' && { userComment: data.comment }) };
    const kept = await tell(desk, shown, {
      outcome: 'overridden',
      ...(Object.keys(overrideReason).length > 0 && { overrideReason }),
    });
    state.set(({ dismissed }) => ({ dismissed: new Set([...dismissed, cardMatter(shown)]) }));
    await send(request, response, part, { tone: 'done', text: `Dismissed: ${shown.card.summary}`, details: [kept] });
  });

  router.post(`${at}/restore`, async (request: PatientRequest, response) => {
    const { id } = patientOf(desk, request);
    const state = desk.sessions.of(request, response, id);
    const { data } = partForm.safeParse(request.body);
    if (data === undefined) throw new PageError(422, 'The page could not read what was sent.');
    const back = new Set(state.get()[data.part]?.cards.map(cardMatter));
    state.set(({ dismissed }) => ({ dismissed: new Set([...dismissed].filter((matter) => !back.has(matter))) }));
    await send(request, response, data.part, { tone: 'done', text: 'Dismissed cards are shown again.' });
  });

  return router;
};

/** Where a card is shown: among those on opening the chart, or with the drafts. */
type Part = 'opened' | 'check';

const nothing = { hook: 'patient-view', cards: [], problems: [], calls: [] };

const shownCard = (state: ChartState, { params }: PatientRequest): { shown: ShownCard; part: Part } => {
  for (const part of ['opened', 'check'] as const) {
    const shown = state[part]?.cards.find(({ key }) => key === params.card);
    if (shown) return { shown, part };
  }
  throw new PageError(409, 'This card is not current any more. Reload the page.');
};

/** Sends feedback and says in words whether it was kept; a service that is down does not hold up the clinician. */
const tell = async (desk: Desk, shown: ShownCard, feedback: Feedback): Promise<string> => {
  try {
    return (await desk.cds.tell(shown, feedback))
      ? 'The service was told.'
      : 'This version of the service does not keep feedback.';
  } catch (thrown) {
    const { title, details } = problemOf('The service could not be told', thrown);
    desk.warn({ service: shown.service, err: thrown }, 'feedback was not taken');
    return `${title}: ${details.join('; ')}`;
  }
};
