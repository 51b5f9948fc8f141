import type { FhirResource } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import { type CodeSorter, createCodeSorter } from '../record/code-sorter.ts';
import type { CodeSet } from '../terminology/code-set.ts';
import type { EvaluationState } from './runtime/evaluation.ts';

export type Retrieve = (e: EvaluationState) => readonly FhirResource[];

type Read = (resource: FhirResource) => unknown;

type Memoise = <T>(body: (e: EvaluationState) => T) => (e: EvaluationState) => T;

interface RetrievesAt {
  readonly sets: CodeSet[];
  readonly found: (e: EvaluationState) => (set: number) => readonly FhirResource[];
}

/**
 * The retrieves of all libraries. Those by code at one element are done together: the first that is asked for sorts the
 * resources once for all of them, so that a further rule costs no further pass.
 */
export const createRetrieves = (memoise: Memoise) => {
  const known = new Map<string, Map<CodeSet | undefined, Retrieve>>();
  const byElement = new Map<string, RetrievesAt>();

  const at = (resourceType: string, path: string, read: Read): RetrievesAt =>
    getOrCompute(byElement, `${resourceType}.${path}`, () => {
      const sets: CodeSet[] = [];
      let sorter: CodeSorter | undefined;
      return {
        sets,
        found: memoise((e) => {
          // Made when everything is linked, and again where more was linked since.
          if (sorter?.sets.length !== sets.length) sorter = createCodeSorter(read, sets.map(withoutFailure));
          return e.record.withCodes(resourceType, path, sorter);
        }),
      };
    });

  const create = (resourceType: string, path?: string, codes?: CodeSet, read?: Read): Retrieve => {
    if (path === undefined || codes === undefined || read === undefined)
      return memoise(({ record }) => record.ofType(resourceType));
    const { sets, found } = at(resourceType, path, read);
    const set = sets.push(codes) - 1;
    return memoise((e) => {
      // A value set that is not here fails whoever looks into it, and nobody else.
      void codes.bySystem;
      return found(e)(set);
    });
  };

  return (resourceType: string, path?: string, codes?: CodeSet, read?: Read): Retrieve =>
    getOrCompute(
      getOrCompute(known, `${resourceType}.${path ?? ''}`, () => new Map<CodeSet | undefined, Retrieve>()),
      codes,
      () => create(resourceType, path, codes, read),
    );
};

const withoutFailure = (codes: CodeSet): CodeSet => {
  try {
    return { size: codes.size, bySystem: codes.bySystem };
  } catch {
    return { size: 0, bySystem: new Map() };
  }
};
