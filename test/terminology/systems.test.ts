import { describe, expect, it } from 'vitest';
import { codeKey, codeSystems } from '../../src/terminology/systems.ts';

describe('codeKey', () => {
  it('is the system and the code', () => {
    expect(codeKey(codeSystems.LOINC, '6301-6')).toBe('http://loinc.org|6301-6');
  });

  it.each([
    ['urn:oid:2.16.840.1.113883.6.1', codeSystems.LOINC],
    ['urn:oid:2.16.840.1.113883.6.88', codeSystems.RXNORM],
    ['urn:oid:2.16.840.1.113883.6.96', codeSystems.SNOMED],
    ['urn:oid:2.16.840.1.113883.6.90', codeSystems.ICD10CM],
    ['urn:oid:2.16.840.1.113883.6.4', codeSystems.ICD10PCS],
    ['urn:oid:2.16.840.1.113883.6.285', codeSystems.HCPCS],
    ['urn:oid:2.16.840.1.113883.6.14', codeSystems.HCPCS],
    ['urn:oid:2.16.840.1.113883.12.292', codeSystems.CVX],
    ['http://www.icd10data.com/icd10pcs', codeSystems.ICD10PCS],
    ['https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', codeSystems.HCPCS],
  ])('is the same for %s and %s', (alias, system) => {
    expect(codeKey(alias, 'X1')).toBe(codeKey(system, 'X1'));
  });

  it('keeps apart the same code of two systems', () => {
    expect(codeKey(codeSystems.CVX, '20')).not.toBe(codeKey(codeSystems.ICD10CM, '20'));
  });

  it('never takes a code without a system for one of a system', () => {
    for (const system of Object.values(codeSystems)) expect(codeKey(undefined, '20')).not.toBe(codeKey(system, '20'));
  });

  it('has no key in common for the codes of any two systems of this project', () => {
    const keys = Object.values(codeSystems).map((system) => codeKey(system, '1'));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
