import { Code, Concept } from 'cql-execution';
import { describe, expect, it } from 'vitest';
import { createCodeService, IndexedValueSet } from '../../src/cql/code-service.ts';
import type { ValueSet } from '../../src/cql/value-sets.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { valueSets } from '../support/cql.ts';

const sets = valueSets({
  inr: [
    [codeSystems.LOINC, '6301-6'],
    [codeSystems.LOINC, '34714-6'],
  ],
  mixed: [
    [codeSystems.LOINC, '6301-6'],
    [codeSystems.SNOMED, '165581004'],
  ],
  oid: [['urn:oid:2.16.840.1.113883.6.88', '5640']],
});
const setOf = (id: string) => new IndexedValueSet(sets.get(`http://test/${id}`) as ValueSet);
const loinc = (code: string) => new Code(code, codeSystems.LOINC);

describe('a value set', () => {
  const inr = setOf('inr');

  it.each([
    ['a code of it', loinc('6301-6'), true],
    ['the same code of another system', new Code('6301-6', codeSystems.SNOMED), false],
    ['the same code without system', new Code('6301-6'), false],
    ['another code', loinc('1'), false],
    ['a concept with a code of it', new Concept([loinc('1'), loinc('34714-6')]), true],
    ['a concept without codes', new Concept([]), false],
    ['a list with a code of it', [loinc('1'), loinc('6301-6')], true],
    ['an empty list', [], false],
    ['null', null, false],
    ['nothing', undefined, false],
    ['the bare text of a code, its codes being of one system', '6301-6', true],
    ['another bare text', 'x', false],
  ])('has %s: %s', (_, code, expected) => {
    expect(inr.hasMatch(code)).toBe(expected);
  });

  it('of two systems has no answer for a bare text', () => {
    expect(() => setOf('mixed').hasMatch('165581004')).toThrow(/ambiguous/);
  });

  it('of a system given by OID has the codes under the address, and the other way round', () => {
    expect(setOf('oid').hasMatch(new Code('5640', codeSystems.RXNORM))).toBe(true);
    expect(setOf('inr').hasMatch(new Code('6301-6', 'urn:oid:2.16.840.1.113883.6.1'))).toBe(true);
  });

  it('expands to its codes', () => {
    expect(inr.expand().map(({ code }) => code)).toEqual(['6301-6', '34714-6']);
  });
});

describe('the code service', () => {
  const service = createCodeService(sets);

  it('finds a value set by its address', () => {
    expect(service.findValueSet('http://test/inr')).toBeInstanceOf(IndexedValueSet);
    expect(service.findValueSetsByOid('http://test/inr')).toHaveLength(1);
  });

  it('has nothing for one that is not here, which cql-execution makes an error', () => {
    expect(service.findValueSet('http://test/none')).toBeNull();
    expect(service.findValueSetsByOid('http://test/none')).toEqual([]);
  });
});
