import type { Request, Response } from 'express';
import type { Checked } from './cds-client.ts';
import type { Draft } from './drafts.ts';

/** What one browser is doing on one chart. */
export interface ChartState {
  readonly drafts: readonly Draft[];
  /** How many drafts there have been; their ids count on. */
  readonly drafted: number;
  /** What the services said when the chart was opened (patient-view). */
  readonly opened: Checked | undefined;
  /** What the services last said of the drafts; undefined where there are none. */
  readonly check: Checked | undefined;
  /** Whether the drafts wait for the answer to the cards of order-sign. */
  readonly signing: boolean;
  /** Cards that were dismissed, by `cardMatter`. */
  readonly dismissed: ReadonlySet<string>;
}

export interface StateHandle {
  get(): ChartState;
  /** Changes a part at once, so that requests under way at the same time lose nothing of each other's. */
  set(change: Partial<ChartState> | ((state: ChartState) => Partial<ChartState>)): ChartState;
}

export interface Sessions {
  /** The state of a patient's chart in the browser that asks; a browser without a cookie is given one. */
  of(request: Request, response: Response, patientId: string): StateHandle;
}

const cookieName = 'carehook_chart';
const mostSessions = 500;

const untouched: ChartState = {
  drafts: [],
  drafted: 0,
  opened: undefined,
  check: undefined,
  signing: false,
  dismissed: new Set(),
};

/** Sessions in memory; the one that has been idle longest makes room. */
export const createSessions = (newId: () => string): Sessions => {
  const sessions = new Map<string, Map<string, ChartState>>();
  return {
    of: (request, response, patientId) => {
      const known = cookieOf(request);
      const id = known !== undefined && sessions.has(known) ? known : newId();
      const charts = sessions.get(id) ?? new Map<string, ChartState>();
      sessions.delete(id);
      sessions.set(id, charts);
      for (const oldest of sessions.keys()) {
        if (sessions.size <= mostSessions) break;
        sessions.delete(oldest);
      }
      if (id !== known)
        response.cookie(cookieName, id, {
          httpOnly: true,
          sameSite: 'strict',
          secure: request.secure,
          path: request.baseUrl || '/',
        });
      const get = () => charts.get(patientId) ?? untouched;
      return {
        get,
        set: (change) => {
          const state = { ...get(), ...(typeof change === 'function' ? change(get()) : change) };
          charts.set(patientId, state);
          return state;
        },
      };
    },
  };
};

const cookieOf = (request: Request): string | undefined =>
  (request.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === cookieName)?.[1];
