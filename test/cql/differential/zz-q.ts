import { isDeepStrictEqual } from 'node:util';
import { createCompiledEngine } from '../../../src/cql/compiled.ts';
import { createInterpreter } from '../../../src/cql/interpret.ts';
import { fhirHelpers, translateLibraries } from '../../../src/cql/libraries.ts';
import { mendFlatten, mendSorting } from '../../../src/cql/mend.ts';
import { createPlainRecord } from '../../../src/cql/plain-record.ts';
import { createStockEngine } from '../../../src/cql/stock.ts';
import { createTranslator } from '../../../src/cql/translate.ts';
import { model, source, testCaches, valueSets } from '../../support/cql.ts';
import { resource } from '../../support/record.ts';
import { libraryText } from './expressions.ts';
import { sources as qs, randomQueries } from './queries.ts';

process.env.TZ = 'Etc/GMT+5';
const count = Number(process.argv[2] ?? 100),
  seed = Number(process.argv[3] ?? 1);
const defs = { ...qs, ...randomQueries(count, seed) };
const sources = [source('Q', libraryText('Q', defs))];
const translator = createTranslator();
const t = Date.now();
const { libraries, problems } = await translateLibraries([fhirHelpers(), ...sources], {
  cacheDirs: testCaches,
  translator,
});
translator.close();
console.log('translated', Date.now() - t, 'ms');
for (const p of problems) {
  const s = sources.find((s) => s.file === p.file);
  console.log(p.message, '|', s?.text.split('\n')[(p.line ?? 1) - 1]);
}
const sets = valueSets({
  Ones: [['http://s', '1']],
  Numbers: [
    ['http://s', '1'],
    ['http://s', '2'],
    ['http://t', '3'],
  ],
  Nothing: [],
});
const input = { libraries, model, valueSets: sets };
const compiled = await createCompiledEngine({ ...input, cacheDirs: testCaches });
console.log([...compiled.interpreted]);
const engines = {
  interpreted: createInterpreter(input),
  compiled,
  stock: createStockEngine({
    ...input,
    mend: (l) => {
      mendSorting(l);
      mendFlatten(l);
    },
  }),
};
const record = createPlainRecord('p', [resource('Patient', { id: 'p', birthDate: '1960-05-17' })])!;
const now = new Date('2020-02-29T10:15:00-05:00');
let d = 0,
  nul = 0,
  thr = 0,
  empty = 0;
const evs = Object.entries(engines).map(([k, e]) => [k, e.evaluate({ record, now, timeZone: 'Etc/GMT+5' })] as const);
for (const [name, text] of Object.entries(defs)) {
  const v: Record<string, any> = {};
  for (const [k, ev] of evs) {
    v[k] = await ev.value('Q', name).catch((e: Error) => ({ threw: e.message.replace(/^.*?: /, '').slice(0, 100) }));
  }
  const isT = (x: unknown) => typeof x === 'object' && x !== null && 'threw' in x;
  const same = (a: unknown, b: unknown) => isDeepStrictEqual(a, b) || (isT(a) && isT(b));
  if (v.interpreted === null) nul++;
  if (isT(v.interpreted)) thr++;
  if (Array.isArray(v.interpreted) && !v.interpreted.length) empty++;
  if (!same(v.interpreted, v.compiled) || !same(v.interpreted, v.stock)) {
    d++;
    console.log(
      name,
      '|',
      text,
      '\n',
      Object.entries(v)
        .map(([k, x]) => '     ' + k + ': ' + JSON.stringify(x))
        .join('\n'),
    );
  }
}
console.log('different', d, 'null', nul, 'empty', empty, 'throw', thr);
