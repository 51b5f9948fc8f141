import { expect, it } from 'vitest';
import { createRecent } from '../src/recent.ts';

it('computes again only what has not been asked for among the last few keys', () => {
  const recent = createRecent<string>(2);
  const computed: string[] = [];
  const ask = (key: string) =>
    recent(key, () => {
      computed.push(key);
      return key.toUpperCase();
    });
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(ask)).toEqual(['A', 'B', 'A', 'C', 'A', 'B']);
  expect(computed).toEqual(['a', 'b', 'c', 'b']);
});
