import { createFloor } from './floor/floor.ts'; import { benchValueSets } from './rules/value-sets.ts'; import { benchNow, benchPatient, generateChart } from './support/chart.ts'; import { answersOf, createEngines } from './support/engines.ts'; import { benchSources, elmOf, outcomes } from './support/rules.ts';
const libraries = await elmOf(benchSources()); const valueSets = benchValueSets(); const { compiled } = await createEngines({ libraries, valueSets }); const floor = createFloor(valueSets);
const texts=[1,2].map(i=>JSON.stringify(generateChart(benchPatient, 1000, i))); const which=process.argv[2];
const run = which==='floor' ? (r:any)=>floor(r,benchNow) : (r:any)=>answersOf(compiled,r,outcomes);
let total=0; const N=Number(process.argv[3]??400); for (let i=0;i<N+100;i++) { const r=JSON.parse(texts[i%2]!); const t=process.cpuUsage(); await run(r); const u=process.cpuUsage(t); if(i>=100) total+=u.user+u.system; }
console.log(which,(total/1000/N).toFixed(3)); process.exit(0);
