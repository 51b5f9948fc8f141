import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { createCompiledEngine } from '../../../src/cql/compiled.ts';
import type { CqlEngine, CqlValue } from '../../../src/cql/engine.ts';
import { createInterpreter } from '../../../src/cql/interpret.ts';
import type { CqlSource } from '../../../src/cql/libraries.ts';
import { createPlainRecord } from '../../../src/cql/plain-record.ts';
import { createStockEngine } from '../../../src/cql/stock.ts';
import type { ValueSets } from '../../../src/cql/value-sets.ts';
import { elmOf, fhirLibrary, model, testCaches } from '../../support/cql.ts';
import { now, resource } from '../../support/record.ts';

/** Engines that are known to give something else; a test sees to it that they still do. */
type Unlike = 'interpreted' | 'stock';

/** A CQL expression, its value, and who gets it wrong. */
export type DefinitionCase = readonly [cql: string, value: unknown, ...unlike: readonly Unlike[]];

export interface DefinitionsInput {
  /** What stands before the definitions: code systems, functions, other definitions. */
  readonly body?: string;
  readonly others?: readonly CqlSource[];
  readonly chart?: readonly FhirResource[];
  readonly patient?: object;
  readonly valueSets?: ValueSets;
  readonly cases: readonly DefinitionCase[];
}

/** Tests that every expression has its value compiled, compiled to be traced, interpreted, and by cql-execution itself. */
export const describeDefinitions = (
  name: string,
  { body = '', others = [], chart = [], patient, valueSets = new Map(), cases }: DefinitionsInput,
): void => {
  describe(name, async () => {
    // Stock reads a DateTime without offset in the zone of the process.
    process.env.TZ = 'UTC';
    const text = cases.map(([cql], i) => `define "Case ${i}": ${cql}`).join('\n');
    const includes = others.map((each) => each.name);
    const libraries = await elmOf([fhirLibrary('Cases', `${body}\ncontext Patient\n${text}`, includes), ...others]);
    const input = { libraries, model, valueSets };
    const [compiled, traced] = await Promise.all([
      createCompiledEngine({ ...input, cacheDirs: testCaches }),
      createCompiledEngine({ ...input, cacheDirs: testCaches, trace: () => {} }),
    ]);
    const engines: Readonly<Record<string, CqlEngine>> = {
      compiled,
      traced,
      interpreted: createInterpreter(input),
      stock: createStockEngine(input),
    };
    const resources = [resource('Patient', { id: 'p', birthDate: '1960-05-17', ...patient }), ...chart];
    const valueFrom = async (engine: CqlEngine | undefined, definition: string): Promise<unknown> => {
      const record = createPlainRecord('p', resources);
      const evaluation = record && engine?.evaluate({ record, now, timeZone: 'UTC', utcAs: 'utc' });
      return plain(await evaluation?.value('Cases', definition).catch(() => failure));
    };

    it('runs compiled', () => {
      expect([...compiled.interpreted, ...traced.interpreted]).toEqual([]);
    });

    describe.each(Object.keys(engines))('%s:', (kind) => {
      for (const [i, [cql, value, ...unlike]] of cases.entries())
        it(`${cql} is ${JSON.stringify(value)}`, async () => {
          const found = await valueFrom(engines[kind], `Case ${i}`);
          if ((unlike as readonly string[]).includes(kind)) expect(found).not.toEqual(value);
          else expect(found).toEqual(value);
        });
    });
  });
};

/** The value of what could not be computed. */
export const failure = 'an error';

/** Resources as `Type/id`. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { resourceType, id } = value as { resourceType?: string; id?: string };
  return resourceType === undefined
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item as CqlValue)]))
    : `${resourceType}/${id}`;
};
