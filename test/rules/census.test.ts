import { describe, expect, it } from 'vitest';
import { allMapped, createCensus } from '../../src/rules/census.ts';

describe('a census', () => {
  it('goes on from what was known before, and keeps what it sees', () => {
    const census = createCensus((id) => id === 'fit');
    expect([census.isMapped('fit'), census.isMapped('colonoscopy')]).toEqual([true, false]);
    census.note({ patient: 'a', valueSets: ['colonoscopy'] });
    census.note({ patient: 'b', valueSets: [] });
    expect([census.isMapped('fit'), census.isMapped('colonoscopy')]).toEqual([true, true]);
    expect(census.sightings).toEqual([
      { patient: 'a', valueSets: ['colonoscopy'] },
      { patient: 'b', valueSets: [] },
    ]);
  });

  it('of what is no installation counts everything as seen', () => {
    allMapped.note({ patient: 'a', valueSets: [] });
    expect(allMapped.isMapped('anything')).toBe(true);
  });
});
