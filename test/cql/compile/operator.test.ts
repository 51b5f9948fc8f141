import { expect, it } from 'vitest';
import { operatorFunctions } from '../../../src/cql/compile/operator.ts';
import * as runtime from '../../../src/cql/runtime/index.ts';

it('calls for every operator a function that the runtime has', () => {
  expect(operatorFunctions().filter((name) => !(name in runtime))).toEqual([]);
});
