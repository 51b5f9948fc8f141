/**
 * The child process that holds the reference translator (some 400 MB once warm), kept out of the serving process.
 * Speaks `TranslateRequest` → `TranslateReply` over Node's IPC channel.
 */
import { createRequire } from 'node:module';
import { findLibrary, type LibraryName } from './library-versions.ts';
import type { TranslateReply, TranslateRequest } from './translate.ts';

// Two of the translator's bundled modules ask for a global require even in ESM.
(globalThis as { require?: NodeJS.Require }).require = createRequire(import.meta.url);
// Its logger greets on standard output, which belongs to whoever started us.
console.log = console.info = console.debug = () => {};

const {
  CqlTranslator,
  CqlCompilerOptions,
  LibraryBuilder,
  LibraryManager,
  ModelManager,
  createLibrarySourceProvider,
  createModelInfoProvider,
  createUcumService,
  stringAsSource,
} = await import('@cqframework/cql/cql-to-elm');
const { SystemModelInfoProvider } = await import('@cqframework/cql/cql');
const { UcumLhcUtils } = (await import('@lhncbc/ucum-lhc')).default;

const ucum = UcumLhcUtils.getInstance();
const notNeeded = (): never => {
  throw new Error('the translator asked for unit arithmetic, which only evaluation does');
};
const ucumService = createUcumService(
  (value, from, to) => String(ucum.convertUnitTo(from, Number(value), to).toVal),
  (unit) => {
    const { status, msg } = ucum.validateUnitString(unit);
    return status === 'valid' ? null : msg.join('; ') || `${unit} is not a UCUM unit`;
  },
  notNeeded,
  notNeeded,
);

const modelManagers = new Map<string, InstanceType<typeof ModelManager>>();
const modelManagerFor = (modelInfoXml: string) => {
  const known = modelManagers.get(modelInfoXml);
  if (known) return known;
  const manager = new ModelManager();
  manager.modelInfoLoader.registerModelInfoProvider(new SystemModelInfoProvider());
  manager.modelInfoLoader.registerModelInfoProvider(
    createModelInfoProvider((id) => (id === 'FHIR' ? stringAsSource(modelInfoXml) : null)),
  );
  modelManagers.set(modelInfoXml, manager);
  return manager;
};

const { EnableLocators, EnableResultTypes, DisableListDemotion, DisableListPromotion } = CqlCompilerOptions.Options;

/** The key of an included library; one that is alone has its name for key, whichever version was asked for. */
const sourceKey = (sources: Readonly<Record<string, string>>, name: string, version: string | null | undefined) => {
  if (sources[name] !== undefined) return name;
  const names = Object.keys(sources).map((key): [string, LibraryName] => {
    const [name = '', version] = key.split('|');
    return [key, { name, version }];
  });
  return findLibrary(new Map(names), { name, version: version ?? undefined })?.key ?? name;
};

type Job = TranslateRequest['job'];

const createLibraries = (modelInfoXml: string, sources: Readonly<Record<string, string>>) => {
  const options = CqlCompilerOptions.defaultOptions();
  options.setOptions([EnableLocators, EnableResultTypes, DisableListDemotion, DisableListPromotion]);
  options.signatureLevel = LibraryBuilder.SignatureLevel.All;
  const libraries = new LibraryManager(modelManagerFor(modelInfoXml), options, null, ucumService);
  libraries.librarySourceLoader.registerProvider(
    createLibrarySourceProvider((name, _, version) => {
      const text = sources[sourceKey(sources, name, version)];
      return text === undefined ? null : stringAsSource(text);
    }),
  );
  return libraries;
};

/** What the last jobs included, compiled once for all of them as long as no text has changed. */
let shared:
  | { modelInfoXml: string; texts: Record<string, string>; libraries: ReturnType<typeof createLibraries> }
  | undefined;

const librariesFor = ({ name, sources, modelInfoXml }: Job) => {
  const included = Object.entries(sources).filter(([key]) => key !== name);
  // Of several versions each job has its own to choose from.
  if (Object.keys(sources).some((key) => key.includes('|'))) return createLibraries(modelInfoXml, sources);
  const isSame =
    shared?.modelInfoXml === modelInfoXml && included.every(([key, text]) => (shared?.texts[key] ?? text) === text);
  if (!shared || !isSame) {
    const texts: Record<string, string> = {};
    shared = { modelInfoXml, texts, libraries: createLibraries(modelInfoXml, texts) };
  }
  Object.assign(shared.texts, Object.fromEntries(included));
  return shared.libraries;
};

const translate = (job: Job): string => CqlTranslator.fromText(job.sources[job.name] ?? '', librariesFor(job)).toJson();

process.on('message', ({ id, job }: TranslateRequest) => {
  let reply: TranslateReply;
  try {
    reply = { id, elm: translate(job) };
  } catch (thrown) {
    reply = { id, error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  if (process.connected) process.send?.(reply);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
