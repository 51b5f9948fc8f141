import { expect, it } from 'vitest';
import { findingKey } from '../../src/rules/finding.ts';

it('a finding’s key names the source, the patient, the rule and the focus', () => {
  expect(findingKey('local', 'p', 'colorectal-cancer', 'test')).toBe('local|p|colorectal-cancer|test');
  expect(findingKey('local', 'p', 'colorectal-cancer')).toBe('local|p|colorectal-cancer|');
});

it('no two matters share a key, whatever their parts hold', () => {
  const keys = [
    findingKey('https://a.example/fhir', 'p', 'r', 'x'),
    findingKey('https://b.example/fhir', 'p', 'r', 'x'),
    findingKey('s', 'p', 'r', 'a|b'),
    findingKey('s', 'p', 'r|a', 'b'),
    findingKey('s', 'p|r', 'a', 'b'),
    findingKey('s|p', 'r', 'a', 'b'),
    findingKey('s', 'p', 'r', 'a%7Cb'),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});
