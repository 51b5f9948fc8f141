import { type CardsView, cardsView } from './card-view.ts';
import type { Desk } from './desk.ts';
import { draftBundle, referenceOf } from './drafts.ts';
import type { ChartState, StateHandle } from './sessions.ts';

/** patient-view, as an EHR calls it whenever a chart is opened. */
export const openChart = async ({ cds, user }: Desk, state: StateHandle, patientId: string): Promise<CardsView> => {
  const opened = await cds.call('patient-view', { userId: user, patientId });
  return cardsView(opened, state.set({ opened }).dismissed);
};

/**
 * Asks about the drafts as they are now: order-sign while they wait to be signed, order-select before. All drafts are
 * selections, not the newest alone: the answer replaces the cards shown, and an alert about an earlier draft must stay.
 */
export const checkDrafts = async ({ cds, user }: Desk, state: StateHandle, patientId: string): Promise<ChartState> => {
  const { drafts, signing } = state.get();
  if (drafts.length === 0) return state.set({ check: undefined, signing: false });
  const context = { userId: user, patientId, draftOrders: draftBundle(drafts) };
  const check = signing
    ? await cds.call('order-sign', context)
    : await cds.call('order-select', { ...context, selections: drafts.map(referenceOf) });
  return state.set({ check });
};
