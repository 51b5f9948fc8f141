import { describe, expect, it } from 'vitest';
import { codeKeysOf, createCodeSet, hasCode } from '../../src/terminology/code-set.ts';
import { codeSystems } from '../../src/terminology/systems.ts';

const { LOINC, SNOMED } = codeSystems;
const loincOid = 'urn:oid:2.16.840.1.113883.6.1';

describe('a code set', () => {
  it('has its codes under every address of their system, and no other', () => {
    const set = createCodeSet([{ system: loincOid, code: '1' }]);
    expect([LOINC, loincOid, SNOMED, undefined].map((system) => hasCode(set, system, '1'))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(hasCode(set, LOINC, '2')).toBe(false);
    expect(hasCode(set, LOINC, undefined)).toBe(false);
  });

  it('keeps a code without a system apart', () => {
    const set = createCodeSet([{ code: '1' }]);
    expect(hasCode(set, undefined, '1')).toBe(true);
    expect(hasCode(set, LOINC, '1')).toBe(false);
  });

  it('counts each code once', () => {
    const code = { system: LOINC, code: '1' };
    expect(createCodeSet([code, code, { system: SNOMED, code: '1' }]).size).toBe(2);
    expect(createCodeSet([]).size).toBe(0);
  });

  it('has every code of a whole system, beside the listed codes of others', () => {
    const set = createCodeSet([{ system: SNOMED, code: '1' }], [loincOid]);
    expect(set.size).toBe(Number.POSITIVE_INFINITY);
    expect(hasCode(set, LOINC, 'anything')).toBe(true);
    expect(hasCode(set, SNOMED, '1')).toBe(true);
    expect(hasCode(set, SNOMED, '2')).toBe(false);
  });

  it('names its listed codes', () => {
    const set = createCodeSet([{ system: loincOid, code: '1' }, { code: '2' }], [SNOMED]);
    expect(codeKeysOf(set)).toEqual([`${LOINC}|1`, '|2']);
  });
});
