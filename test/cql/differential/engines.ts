import { createCompiledEngine } from '../../../src/cql/compiled.ts';
import type { CqlValue } from '../../../src/cql/engine.ts';
import { createInterpreter } from '../../../src/cql/interpret.ts';
import { mendDistinct } from '../../../src/cql/mend.ts';
import { createPlainRecord } from '../../../src/cql/plain-record.ts';
import { createStockEngine } from '../../../src/cql/stock.ts';
import { elmOf, model, source, testCaches, valueSets } from '../../support/cql.ts';
import { resource } from '../../support/record.ts';
import { allowedDifferences, clinicZone } from './allowed.ts';
import { type Definitions, libraryText } from './expressions.ts';

/** That a definition failed. */
const failed = 'failed';

/** The value of each definition, or that it failed, as three engines give it; stock is mended as the interpreter is. */
export interface Values {
  readonly interpreted: ReadonlyMap<string, CqlValue>;
  readonly compiled: ReadonlyMap<string, CqlValue>;
  readonly stock: ReadonlyMap<string, CqlValue>;
  /** Why the library runs interpreted in place of compiled; undefined when it does not. */
  readonly notCompiled: string | undefined;
}

const codes = { one: ['http://s', '1'], two: ['http://s', '2'], three: ['http://t', '3'] } as const;
const sets = valueSets({ Ones: [codes.one], Numbers: [codes.one, codes.two, codes.three], Nothing: [] });
const now = new Date('2020-02-29T10:15:00-05:00');
const record = createPlainRecord('p', [resource('Patient', { id: 'p', birthDate: '1960-05-17' })]);

/** The values of all definitions of one library, for a patient of whom nothing but the birth date is known. */
export const valuesOf = async (name: string, definitions: Definitions): Promise<Values> => {
  if (!record) throw new Error('the record has no patient');
  const input = { libraries: await elmOf([source(name, libraryText(name, definitions))]), model, valueSets: sets };
  const compiled = await createCompiledEngine({ ...input, cacheDirs: testCaches });
  const stock = createStockEngine({
    ...input,
    mend: (each) => {
      mendDistinct(each);
      for (const { library } of allowedDifferences) library?.(each);
    },
  });
  const evaluate = async (engine: typeof stock) => {
    const evaluation = engine.evaluate({ record, now, timeZone: clinicZone });
    const values = new Map<string, CqlValue>();
    for (const definition of Object.keys(definitions))
      values.set(definition, rounded(await evaluation.value(name, definition).catch(() => failed)));
    return values;
  };
  return {
    interpreted: await evaluate(createInterpreter(input)),
    compiled: await evaluate(compiled),
    stock: await evaluate(stock),
    notCompiled: compiled.interpreted.get(name),
  };
};

/** A Decimal of CQL has eight digits behind the point, where cql-execution keeps all, and no negative zero. */
const rounded = (value: CqlValue): CqlValue => {
  if (typeof value === 'number') return Math.round(value * 1e8) / 1e8 + 0;
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rounded(item)]));
};
