import { benchValueSets } from './rules/value-sets.ts'; import { benchPatient, generateChart } from './support/chart.ts'; import { answersOf, createEngines } from './support/engines.ts'; import { benchSources, elmOf, outcomes } from './support/rules.ts';
const libraries = await elmOf(benchSources()); const valueSets = benchValueSets(); const e = await createEngines({ libraries, valueSets }); const engine=(e as any)[process.argv[2]!]; const N=Number(process.argv[3]);
const texts=[1,2].map(i=>JSON.stringify(generateChart(benchPatient, Number(process.argv[4]??1000), i))); let total=0;
for (let i=0;i<N+5;i++) { const r=JSON.parse(texts[i%2]!); const t=process.cpuUsage(); await answersOf(engine,r,outcomes); const u=process.cpuUsage(t); if(i>=5) total+=u.user+u.system; }
console.log(process.argv[2],(total/1000/N).toFixed(3)); process.exit(0);
