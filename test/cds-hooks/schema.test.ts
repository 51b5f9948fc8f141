import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../src/cds-hooks/schema.ts';
import { ibuprofen, orderSign, patientView } from '../support/requests.ts';

const issuesOf = (body: unknown) => {
  const parsed = parseRequest(body);
  return 'issues' in parsed ? parsed.issues : [];
};

describe('a request body', () => {
  it('keeps what we do not know', () => {
    const parsed = parseRequest({ ...patientView({ context: { later: 1 } }), extension: { 'a.b': 2 } });
    expect(parsed).toMatchObject({ request: { extension: { 'a.b': 2 }, context: { later: 1, patientId: 'p' } } });
  });

  it('has the bare id of a patient who is named by a reference', () => {
    expect(parseRequest(patientView({ context: { patientId: 'Patient/p' } }))).toMatchObject({
      request: { context: { patientId: 'p' } },
    });
  });

  it('has undefined where an optional element was null', () => {
    const parsed = parseRequest({
      ...patientView({ context: { encounterId: null } }),
      prefetch: null,
      fhirServer: null,
    });
    expect(parsed).toMatchObject({
      request: { prefetch: undefined, fhirServer: undefined, context: { encounterId: undefined } },
    });
  });

  it('tells each fault with its place', () => {
    expect(issuesOf({ hook: '', context: {} }).map(({ where }) => where)).toEqual(['hook', 'hookInstance']);
    expect(issuesOf(null)).toEqual([{ where: '', what: expect.stringContaining('expected object') }]);
  });

  it('tells the place of a fault in a draft', () => {
    const draft = ibuprofen('p', { dosageInstruction: [{}, { timing: 'daily' }] });
    expect(issuesOf(orderSign([ibuprofen(), draft]))).toEqual([
      {
        where: 'context.draftOrders.entry[1].resource.dosageInstruction[1].timing',
        what: 'expected an object, got string',
      },
    ]);
  });

  it('gives no word of a token that cannot be one', () => {
    const body = {
      ...patientView(),
      fhirAuthorization: { access_token: 'canary\n', token_type: 'canary', expires_in: 'canary' },
    };
    expect(JSON.stringify(issuesOf(body))).not.toContain('canary');
  });

  it('is not fooled by names that every object has', () => {
    for (const hook of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(issuesOf({ ...patientView(), hook })).toEqual([]);
      expect(issuesOf({ ...patientView(), hook, context: {} })).toHaveLength(1);
    }
    const polluted = JSON.parse('{"__proto__":{"hook":"patient-view"},"context":{"__proto__":{"patientId":"p"}}}');
    expect(issuesOf(polluted).length).toBeGreaterThan(0);
    expect(({} as { hook?: string }).hook).toBeUndefined();
  });
});
