import { createFloor } from './floor/floor.ts';
import { benchValueSets } from './rules/value-sets.ts';
import { benchNow, benchPatient, generateChart } from './support/chart.ts';
import { answersOf, createEngines } from './support/engines.ts';
import { benchSources, elmOf, outcomes } from './support/rules.ts';

const libraries = await elmOf(benchSources());
const valueSets = benchValueSets();
const { compiled } = await createEngines({ libraries, valueSets });
const floor = createFloor(valueSets);
const texts = [1, 2].map((i) => JSON.stringify(generateChart(benchPatient, 1000, i)));
const only = process.argv[2];
const N = Number(process.argv[3] ?? 400);
const recs = texts.map((t) => JSON.parse(t));
for (const [name, run] of Object.entries({
  compiled: (r: any) => answersOf(compiled, r, outcomes),
  floor: (r: any) => floor(r, benchNow),
})) {
  if (only && only !== name) continue;
  for (let i = 0; i < 50; i++) await run(recs[i % 2]);
  const t = process.cpuUsage();
  for (let i = 0; i < N; i++) await run(recs[i % 2]);
  const u = process.cpuUsage(t);
  console.log(name, ((u.user + u.system) / 1000 / N).toFixed(3));
}
process.exit(0);
