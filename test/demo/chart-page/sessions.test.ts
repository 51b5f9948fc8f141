import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { createSessions } from '../../../src/demo/chart-page/sessions.ts';

const ask = (sessions: ReturnType<typeof createSessions>, cookie?: string) => {
  let given: string | undefined;
  const request = { get: () => cookie && `other=1; carehook_chart=${cookie}`, baseUrl: '', secure: false };
  const response = { cookie: (_name: string, value: string) => (given = value) };
  const state = sessions.of(request as unknown as Request, response as unknown as Response, 'p');
  return { state, given: () => given };
};
const counting = () => {
  let ids = 0;
  return createSessions(() => `id-${++ids}`);
};

test('a browser keeps its state by its cookie, and one that made up a cookie gets a new one', () => {
  const sessions = counting();
  const first = ask(sessions);
  expect(first.given()).toBe('id-1');
  first.state.set({ drafted: 3 });
  const again = ask(sessions, 'id-1');
  expect(again.given()).toBeUndefined();
  expect(again.state.get().drafted).toBe(3);
  expect(ask(sessions, 'made-up').given()).toBe('id-2');
});

test('changes at the same time keep each other’s parts', () => {
  const { state } = ask(counting());
  state.set({ drafted: 1 });
  state.set(({ drafted }) => ({ drafted: drafted + 1 }));
  expect(state.set({ signing: true })).toMatchObject({ drafted: 2, signing: true });
});

test('the browser that was idle longest makes room', () => {
  const sessions = counting();
  ask(sessions);
  ask(sessions);
  ask(sessions, 'id-1');
  for (let more = 0; more < 499; more++) ask(sessions);
  expect(ask(sessions, 'id-1').given()).toBeUndefined();
  expect(ask(sessions, 'id-2').given()).toBeDefined();
});
