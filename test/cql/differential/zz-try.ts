import { isDeepStrictEqual } from 'node:util';
import { createCompiledEngine } from '../../../src/cql/compiled.ts';
import { createInterpreter } from '../../../src/cql/interpret.ts';
import { fhirHelpers, translateLibraries } from '../../../src/cql/libraries.ts';
import { mendFlatten, mendSorting } from '../../../src/cql/mend.ts';
import { createPlainRecord } from '../../../src/cql/plain-record.ts';
import { createStockEngine } from '../../../src/cql/stock.ts';
import { createTranslator } from '../../../src/cql/translate.ts';
import { definitionsOfFamily, libraryText } from '../../../test/cql/differential/expressions.ts';
import { families } from '../../../test/cql/differential/operators.ts';
import { model, source, testCaches, valueSets } from '../../../test/support/cql.ts';
import { resource } from '../../../test/support/record.ts';

process.env.TZ = 'Etc/GMT+5';
const SHOW = Number(process.argv[2] ?? 3);
const only = process.argv[3];
const names = Object.keys(families).filter((f) => !only || f === only);
const texts = new Map(names.map((f, i) => [f, definitionsOfFamily(f)]));
const sources = names.map((f) =>
  source('X' + f.replace(/\W/g, ''), libraryText('X' + f.replace(/\W/g, ''), texts.get(f)!)),
);
const translator = createTranslator();
let t = Date.now();
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
t = Date.now();
const compiled = await createCompiledEngine({ ...input, cacheDirs: testCaches });
console.log('compiled', Date.now() - t, 'ms', [...compiled.interpreted]);
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
let total = 0,
  diff = 0;
const thrown = {};
for (const f of names) {
  const lib = 'X' + f.replace(/\W/g, '');
  let d = 0,
    n = 0,
    nul = 0,
    thr = 0;
  const evs = Object.entries(engines).map(([k, e]) => [k, e.evaluate({ record, now, timeZone: 'Etc/GMT+5' })] as const);
  for (const [name, text] of Object.entries(texts.get(f)!)) {
    n++;
    const v: Record<string, unknown> = {};
    for (const [k, ev] of evs) {
      v[k] = await ev.value(lib, name).catch((e: Error) => ({ threw: e.message.replace(/^.*?: /, '').slice(0, 100) }));
    }
    const isT = (x: unknown) => typeof x === 'object' && x !== null && 'threw' in x;
    const same = (a: unknown, b: unknown) => isDeepStrictEqual(a, b) || (isT(a) && isT(b));
    if (isT(v.interpreted)) thr++;
    const norm = (x: any): any =>
      typeof x === 'number'
        ? Math.round(x * 1e8) / 1e8 + 0
        : Array.isArray(x)
          ? x.map(norm)
          : typeof x === 'object' && x !== null
            ? Object.fromEntries(Object.entries(x).map(([k, y]) => [k, norm(y)]))
            : x;
    for (const k in v) v[k] = norm(v[k]);
    const rows = (x: unknown) => (Array.isArray(x) && x[0] && 'a' in x[0] ? x : [x]);
    const [i, c, st] = [v.interpreted, v.compiled, v.stock].map(rows) as [any[], any[], any[]];
    const bad = i.map((_, k) => k).filter((k) => !same(i[k], c[k]) || !same(i[k], st[k]));
    if (i.length !== c.length || bad.length) {
      d++;
      console.log(f, '|', name, '|', bad.length, 'of', i.length);
      for (const k of bad.slice(0, SHOW)) {
        const { value, ...ops } = i[k] ?? {};
        const val = (r: any) => JSON.stringify(r && typeof r === 'object' && 'value' in r && 'a' in r ? r.value : r);
        console.log(
          '     ',
          JSON.stringify(ops),
          'interpreted',
          val(i[k]),
          'compiled',
          val(c[k]),
          same(i[k], st[k]) ? '' : 'STOCK ' + val(st[k]),
        );
      }
    }
  }
  console.log('==', f, n, 'different', d, 'null', nul, 'throw', thr);
  total += n;
  diff += d;
}
console.log(total, diff);
