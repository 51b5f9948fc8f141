import { cardsView } from './card-view.ts';
import { orderName, serviceOrders } from './drafts.ts';
import type { ChartState } from './sessions.ts';
import type { Message, OrdersView } from './views.ts';

/** The composer as it stands. */
export const ordersView = (url: string, state: ChartState, message: Message | undefined): OrdersView => {
  const { drafts, check, signing, dismissed } = state;
  const said = check && cardsView(check, dismissed);
  const count = drafts.length === 0 ? 'No drafts' : `${drafts.length} ${drafts.length === 1 ? 'draft' : 'drafts'}`;
  return {
    url,
    message,
    drafts: drafts.map(({ id, resource }) => ({ id, name: orderName(resource) })),
    services: serviceOrders.map(({ id, name }) => ({ id, name })),
    signing,
    said,
    status: said ? `${count}. ${said.count}` : count,
  };
};
