import type { CapabilityStatement, CapabilityStatementRestResource } from 'fhir/r4.js';
import { RESOURCE_TYPES, searchParametersOf } from './search-parameters.ts';

const INTERACTIONS = ['read', 'vread', 'create', 'update', 'delete', 'search-type'] as const;

/** Says what this server does, made from the table that it searches by, so that the two cannot differ. */
export function capabilityStatement(base: string, date: Date): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: date.toISOString(),
    kind: 'instance',
    software: { name: 'Carehook sample FHIR server' },
    implementation: { description: 'Synthetic patients in memory, for demonstration and tests', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'Bodies are not validated against profiles. Nothing is authenticated. All is lost when the process ends.',
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        resource: RESOURCE_TYPES.map((type) => ({
          type: type as CapabilityStatementRestResource['type'],
          versioning: 'versioned',
          readHistory: true,
          updateCreate: true,
          conditionalCreate: true,
          conditionalRead: 'full-support',
          conditionalUpdate: false,
          conditionalDelete: 'not-supported',
          interaction: INTERACTIONS.map((code) => ({ code })),
          searchInclude: [...searchParametersOf(type).values()]
            .filter(({ kind }) => kind === 'reference')
            .map(({ name }) => `${type}:${name}`),
          searchParam: [...searchParametersOf(type).values()].map(({ name, kind }) => ({ name, type: kind })),
        })),
      },
    ],
  };
}
