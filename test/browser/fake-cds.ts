import express, { type RequestHandler } from 'express';
import { onTestFinished } from 'vitest';
import { listen } from '../support/app.ts';

interface FakeCds {
  /** By hook: the cards, or what answers instead. */
  readonly hooks: Readonly<Record<string, readonly object[] | RequestHandler>>;
  /** What `POST …/feedback` answers. */
  readonly feedback?: number;
}

/** A CDS service that says what the test wants; it keeps what it was sent. */
export const fakeCds = async ({ hooks, feedback = 404 }: FakeCds) => {
  const heard: { readonly path: string; readonly body: Record<string, unknown> }[] = [];
  const app = express().use(express.json());
  app.use((request, _response, next) => {
    if (request.method === 'POST') heard.push({ path: request.path, body: request.body });
    next();
  });
  app.get('/cds-services', (_request, response) => {
    response.json({ services: Object.keys(hooks).map((hook) => ({ id: `fake-${hook}`, hook, description: hook })) });
  });
  app.post('/cds-services/:id/feedback', (_request, response) => {
    response.status(feedback).json({});
  });
  for (const [hook, answer] of Object.entries(hooks))
    app.post(
      `/cds-services/fake-${hook}`,
      typeof answer === 'function' ? answer : (_request, response) => void response.json({ cards: answer }),
    );
  return { base: await listen(app, onTestFinished), heard };
};

/** A card with what the specification requires, and what the test adds. */
export const card = (summary: string, elements: object = {}): object => ({
  uuid: '2b1c2a6e-5d4f-4d0e-9a53-0d6c8d6d2c11',
  summary,
  indicator: 'info',
  source: { label: 'Fake guideline' },
  ...elements,
});
