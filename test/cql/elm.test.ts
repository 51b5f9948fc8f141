import { describe, expect, it } from 'vitest';
import { type ElmNode, walkElm } from '../../src/cql/elm.ts';

const visited = (node: unknown): readonly unknown[] => {
  const types: unknown[] = [];
  walkElm(node, ({ type }: ElmNode) => types.push(type));
  return types;
};

describe('walkElm', () => {
  it('visits every object, parents first and in order', () => {
    const node = {
      type: 'Query',
      source: [{ type: 'Source', expression: { type: 'Retrieve' } }, { type: 'Second' }],
      where: { type: 'Equal', operand: [{ type: 'Literal' }, { type: 'Property', source: { type: 'AliasRef' } }] },
    };
    expect(visited(node)).toEqual([
      'Query',
      'Source',
      'Retrieve',
      'Second',
      'Equal',
      'Literal',
      'Property',
      'AliasRef',
    ]);
  });

  it.each([undefined, null, 'text', 3, [], [null, 'x']])('visits nothing in %j', (node) => {
    expect(visited(node)).toEqual([]);
  });
});
