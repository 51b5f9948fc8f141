import { describe, expect, it } from 'vitest';
import { parseToken, tokenMatches } from '../../../src/demo/fhir-server/match-token.ts';

const LOINC = 'http://loinc.org';
const concept = { coding: [{ system: LOINC, code: '4548-4' }, { code: 'A1C' }], text: 'A1c' };
const matches = (text: string, element: unknown) => {
  const token = parseToken(text);
  return token !== undefined && tokenMatches(token, element);
};

describe('a token search', () => {
  it.each<[string, unknown, boolean]>([
    ['4548-4', concept, true],
    [`${LOINC}|4548-4`, concept, true],
    [`${LOINC}|A1C`, concept, false],
    ['|A1C', concept, true],
    ['|4548-4', concept, false],
    [`${LOINC}|`, concept, true],
    ['http://snomed.info/sct|', concept, false],
    ['A1c', concept, false],
    ['AMB', { system: 'urn:x', code: 'AMB' }, true],
    ['http://carehook.example/mrn|7', { system: 'http://carehook.example/mrn', value: '7' }, true],
    ['final', 'final', true],
    ['http://hl7.org/fhir/observation-status|final', 'final', true],
    ['true', true, true],
    ['a\\|b', { code: 'a|b' }, true],
    ['4548-4', { coding: 'not a list' }, false],
    ['4548-4', null, false],
  ])('%s against %j gives %j', (text, element, expected) => {
    expect(matches(text, element)).toBe(expected);
  });

  it.each(['', '|'])('that asks for nothing (%j) is none', (text) => {
    expect(parseToken(text)).toBeUndefined();
  });
});
