import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import {
  entriesOf,
  hasNextPage,
  illegibleIn,
  isError,
  isResource,
  nextLink,
  outcomeText,
} from '../../src/fhir/bundle.ts';

const bundle = (elements: object) => ({ resourceType: 'Bundle', type: 'searchset', ...elements }) as unknown as Bundle;
const patient = { resourceType: 'Patient', id: 'p' } as const;
const junk = [null, undefined, 5, 'text', [], {}, { resource: null }, { resource: 'x' }, { resource: {} }];

describe('a resource', () => {
  it('is an object that names its type', () => {
    expect(isResource(patient)).toBe(true);
    for (const value of [null, undefined, 'Patient', 5, [], {}, { resourceType: 7 }])
      expect(isResource(value)).toBe(false);
  });
});

describe('the entries of a Bundle', () => {
  it('are those that hold a resource, with their fullUrl', () => {
    expect(entriesOf(bundle({ entry: [{ fullUrl: 'urn:uuid:1', resource: patient }, ...junk] }))).toEqual([
      { fullUrl: 'urn:uuid:1', resource: patient },
    ]);
  });

  it('are none in an empty Bundle, and in one whose entry is no list', () => {
    for (const entry of [undefined, null, [], {}, 'x', 5]) expect(entriesOf(bundle({ entry }))).toEqual([]);
  });

  it('are the resource itself where there is no Bundle', () => {
    expect(entriesOf(patient)).toEqual([{ resource: patient }]);
  });

  it('that hold no resource are counted in words', () => {
    expect(illegibleIn(bundle({ entry: [{ resource: patient }] }))).toBeUndefined();
    expect(illegibleIn(bundle({}))).toBeUndefined();
    expect(illegibleIn(bundle({ entry: [{ resource: patient }, ...junk] }))).toBe('9 of 10 entries hold no resource');
    expect(illegibleIn(bundle({ entry: {} }))).toBe('expected Bundle.entry to be an array, got object');
    expect(illegibleIn(bundle({ link: 'next' }))).toBe('expected Bundle.link to be an array, got string');
  });
});

describe('the next page', () => {
  it('is the link of that relation', () => {
    const link = [null, { relation: 'self', url: 'a' }, { relation: 'next', url: 'b' }];
    expect(nextLink(bundle({ link }))).toEqual({ relation: 'next', url: 'b' });
    expect(hasNextPage(bundle({ link }))).toBe(true);
  });

  it('is said to be there even without an address', () => {
    expect(hasNextPage(bundle({ link: [{ relation: 'next' }] }))).toBe(true);
  });

  it('is not there without a list of links', () => {
    for (const link of [undefined, null, [], 'next', {}, [{ relation: 'self' }]])
      expect(hasNextPage(bundle({ link }))).toBe(false);
  });
});

describe('an OperationOutcome', () => {
  const outcome = (issue: unknown) => ({ resourceType: 'OperationOutcome', issue }) as unknown as OperationOutcome;

  it('is told by its diagnostics, its details or its code', () => {
    expect(
      outcomeText(
        outcome([
          { diagnostics: 'a' },
          { details: { text: 'b' }, code: 'x' },
          { code: 'c' },
          { diagnostics: 5, code: 'd' },
        ]),
      ),
    ).toBe('a; b; c; d');
  });

  it('without a legible issue says that there is none', () => {
    for (const issue of [undefined, null, [], {}, 'x', [null], [{}]])
      expect(outcomeText(outcome(issue))).toBe('no issue given');
  });

  it('is an error when an issue is one, or fatal', () => {
    expect(['fatal', 'error', 'warning', 'information'].map((severity) => isError(outcome([{ severity }])))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    for (const issue of [undefined, {}, [null]]) expect(isError(outcome(issue))).toBe(false);
  });
});

it('reads no resource of a type nobody knows differently', () => {
  expect(entriesOf({ resourceType: 'Whatever' } as unknown as FhirResource)).toHaveLength(1);
});
