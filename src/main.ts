import { Command } from 'commander';
import { readSettings, type Settings } from './config.ts';
import { CarehookError } from './errors.ts';

const program = new Command('carehook').description(
  'Clinical decision support over CDS Hooks, from rules written in CQL',
);

/** An option that may be given again. */
const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value];

program
  .command('serve', { isDefault: true })
  .description('serve the CDS Services; without CAREHOOK_CONFIG a demonstration on synthetic patients')
  .action(async () => (await import('./cli/serve.ts')).serve(readSettings(process.env)));

program
  .command('run')
  .description('answer a hook for every patient of a folder of Bundles and print what the rules said')
  .requiredOption('--hook <name>', 'the hook to call, such as patient-view')
  .requiredOption('--bundles <dir>', 'folder of Bundles, .json or .json.gz, one patient each')
  .option('--drafts <file>', 'a Bundle of draft orders to put before each patient (order-select, order-sign)')
  .option('--now <instant>', 'the moment of the calls, ISO 8601 with offset; the present unless given')
  .action(async (options) => (await import('./cli/run.ts')).run(readSettings(process.env), options));

program
  .command('doctor')
  .description('try every search that the rules need on a FHIR server and list what cannot work there')
  .requiredOption('--fhir <url>', 'base of the FHIR server')
  .option('--patient <id>', 'the patient to search for; the first one found unless given')
  .addHelpText('after', '\nA token is read from CAREHOOK_FHIR_TOKEN.')
  .action(async (options) => {
    const token = process.env.CAREHOOK_FHIR_TOKEN;
    await (await import('./cli/doctor.ts')).doctor(readSettings(process.env), { ...options, ...(token && { token }) });
  });

program
  .command('replay')
  .description('answer recorded requests with two rule sets and print the difference')
  .argument('<dir>', 'folder of CDS Hooks request bodies, one a .json file')
  .requiredOption('--against <rules>', 'the rules folder to compare with')
  .option('--now <instant>', 'the moment of the calls, ISO 8601 with offset; the present unless given')
  .action(async (dir, options) => (await import('./cli/replay.ts')).replay(readSettings(process.env), dir, options));

program
  .command('cql')
  .description("evaluate any author's CQL over FHIR 4.0.1 for every patient of a file or folder, one line of JSON each")
  .argument('<dir>', 'folder of CQL libraries (.cql, recursively), several versions of one among them or not')
  .requiredOption('--library <name>', 'the library to evaluate, NAME or NAME|VERSION')
  .requiredOption('--data <path>', 'Bundles (.json) or NDJSON (.ndjson), packed (.gz) or not, or a folder of them')
  .option('--value-sets <path>', 'FHIR ValueSet resources (.json, .json.gz), single or in Bundles')
  .option('--now <instant>', 'the moment of the evaluation, ISO 8601 with offset; the present unless given')
  .option('--time-zone <zone>', 'IANA time zone in which "today" is reckoned', 'UTC')
  .option('--parameters <file>', 'values of CQL parameters, JSON or YAML: name: value, or library: {name: value}')
  .option('--definition <name>', 'a definition to print, again for more; all public ones unless given', collected, [])
  .option('--engine <engine>', 'compiled, interpreted, stock (cql-execution unmodified) or compare', 'compiled')
  .option('--resources', 'print resources whole instead of Type/id')
  .option('--trace', 'print the clauses that decided')
  .option('--time', 'print the CPU time a patient')
  .action(async (dir, options) => {
    // Stock reads a DateTime without offset in the zone of the process.
    process.env.TZ = options.timeZone;
    await (await import('./cli/cql.ts')).cql(readSettings(process.env), dir, options);
  });

program
  .command('burden')
  .description('order the commonest drugs for every patient of a folder and print how many alerts that brings')
  .requiredOption('--bundles <dir>', "a folder of patients' Bundles, .json or .json.gz")
  .option('--orders <file>', 'lines of an RxNorm code, a tab and a name; 200 common drugs unless given')
  .option('--now <instant>', 'the moment, ISO 8601 with offset; the present unless given')
  .action(async (options) => (await import('./cli/burden.ts')).burden(readSettings(process.env), options));

program
  .command('import-rxnorm')
  .description('load a release of RxNorm, unpacked, into the data folder; nothing changes unless all of it can be read')
  .argument('<dir>', 'the folder of the release: RXNCONSO.RRF and the other files are in it or in its folder rrf')
  .option('--force', 'also when less than half of the codes of the last import would remain')
  .action(async (dir, options) =>
    (await import('./cli/import-rxnorm.ts')).importRxnorm(readSettings(process.env), dir, options),
  );

program
  .command('generate')
  .description("write the project's generated files: JSON Schemas for editors, the example settings")
  .option('--check', 'compare with what is there and fail when it differs')
  .action(async ({ check }) => (await import('./cli/generate.ts')).generate(check === true));

const codes = program.command('codes').description('work with the codes of a site');

codes
  .command('audit')
  .description('rank the codes of a site that no rule can see, with value sets that they may belong in')
  .requiredOption('--data <path>', 'Bundles (.json) or NDJSON (.ndjson), packed (.gz) or not, or a folder of them')
  .option('--top <count>', 'how many codes of each resource type and system to print', Number, 20)
  .option('--json', 'print JSON')
  .action(async (options) => (await import('./cli/codes-audit.ts')).codesAudit(readSettings(process.env), options));

codes
  .command('resolution')
  .description('print by which step the drugs and allergies of a site are resolved, and name those that are not')
  .requiredOption('--data <path>', 'Bundles (.json) or NDJSON (.ndjson), packed (.gz) or not, or a folder of them')
  .option('--top <count>', 'how many of the names that are not resolved to print', Number, 40)
  .action(async (options) =>
    (await import('./cli/codes-resolution.ts')).codesResolution(readSettings(process.env), options),
  );

const rules = program.command('rules').description('work with the rules folder');

/** The settings with the rules folder that `--rules` names. */
const settingsFor = ({ rules: rulesDir }: { readonly rules?: string }): Settings => {
  const settings = readSettings(process.env);
  return rulesDir === undefined ? settings : { ...settings, rulesDir };
};
const rulesOption = ['--rules <dir>', "the rules folder; the settings' unless given"] as const;

rules
  .command('check')
  .description('print every fault of the rules folder: schema, CQL, codes against names, texts, gates, windows, cases')
  .option(...rulesOption)
  .action(async (options) => (await import('./cli/rules-check.ts')).rulesCheck(settingsFor(options)));

rules
  .command('test')
  .description('run the cases of every rule and print what differs and what no case reaches')
  .argument('[rule...]', 'ids of the rules to test; all unless given')
  .option(...rulesOption)
  .option('--watch', 'stay, and test again when a file changes')
  .action(async (ids, options) =>
    (await import('./cli/rules-test.ts')).rulesTest(settingsFor(options), ids, options.watch === true),
  );

rules
  .command('explain')
  .description('print what a rule says of a patient, and clause by clause why')
  .argument('<rule>', 'id of the rule')
  .requiredOption('--patient <file>', "a Bundle of the patient's resources, .json or .json.gz")
  .option('--drafts <file>', 'a Bundle of draft orders')
  .option('--now <instant>', 'the moment, ISO 8601 with offset; the present unless given')
  .option(...rulesOption)
  .action(async (id, options) =>
    (await import('./cli/rules-explain.ts')).rulesExplain(settingsFor(options), id, options),
  );

rules
  .command('new')
  .description('write a new rule folder that loads and passes its cases')
  .argument('<family/id>', 'such as screening/blood-pressure')
  .option(...rulesOption)
  .action(async (name, options) => (await import('./cli/rules-new.ts')).rulesNew(settingsFor(options), name));

rules
  .command('catalogue')
  .description('write README.md of the rules folder: every rule with what it rests on')
  .option(...rulesOption)
  .option('--check', 'compare with what is there and fail when it differs')
  .action(async (options) =>
    (await import('./cli/rules-catalogue.ts')).rulesCatalogue(settingsFor(options), options.check === true),
  );

rules
  .command('sign')
  .description('record that a clinician signs a rule for this site, as it is now')
  .argument('<rule>', 'id of the rule')
  .requiredOption('--name <name>', 'who signs')
  .action(async (id, { name }) => (await import('./cli/rules-site.ts')).rulesSign(readSettings(process.env), id, name));

rules
  .command('off')
  .description('switch a rule off at this site; running services obey within a minute')
  .argument('<rule>', 'id of the rule')
  .requiredOption('--reason <words>', 'why')
  .action(async (id, { reason }) =>
    (await import('./cli/rules-site.ts')).rulesOff(readSettings(process.env), id, reason),
  );

rules
  .command('on')
  .description('switch a rule on again that was switched off by command')
  .argument('<rule>', 'id of the rule')
  .action(async (id) => (await import('./cli/rules-site.ts')).rulesOff(readSettings(process.env), id, undefined));

rules
  .command('pin')
  .description('pin the rule set as it is now: a service with any other does not start')
  .option('--undo', 'pin none')
  .action(async ({ undo }) => (await import('./cli/rules-site.ts')).rulesPin(readSettings(process.env), undo === true));

rules
  .command('status')
  .description('print where every rule stands at this site: whether it speaks, and why not')
  .action(async () => (await import('./cli/rules-site.ts')).rulesStatus(readSettings(process.env)));

rules
  .command('build')
  .description('translate every library into a folder that serves without a translator')
  .requiredOption('--out <dir>', 'the cache folder to write')
  .action(async ({ out }) => (await import('./cli/rules-build.ts')).rulesBuild(readSettings(process.env), out));

try {
  await program.parseAsync();
} catch (thrown) {
  // A fault of the user's is told in words; anything else keeps its stack for whoever mends it.
  process.stderr.write(`${thrown instanceof CarehookError ? thrown.message : (thrown as Error).stack}\n`);
  process.exitCode = 1;
}
