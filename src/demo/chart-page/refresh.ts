import type { Response } from 'express';

const events = {
  nothing: [],
  /** The rules read the drafts. */
  drafts: ['why-stale'],
  /** Somebody else has drawn the cards of patient-view anew. */
  'chart-but-cards': ['chart-stale', 'why-stale'],
  chart: ['chart-stale', 'why-stale', 'cards-stale'],
} as const;

/** Tells the parts of the page that must be read again; each listens for its own event. */
export const changes = (response: Response, changed: keyof typeof events): void => {
  if (events[changed].length > 0) response.set('HX-Trigger', events[changed].join(', '));
};
