import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Settings } from '../config.ts';
import { writeWhole } from '../cql/cache-files.ts';
import { messageOf } from '../errors.ts';
import { createFhirConnections, type FhirClient } from '../fhir/client.ts';
import type { ExpandedCodes } from '../rules/expansion.ts';
import type { Site } from '../rules/site.ts';
import { type Vocabulary, valueSetBase } from '../rules/vocabulary.ts';
import { expandValueSet } from '../terminology/expand-value-set.ts';

const keptSchema = z.strictObject({
  url: z.string(),
  server: z.string(),
  asked: z.iso.datetime(),
  codes: z.array(z.strictObject({ system: z.string(), code: z.string(), display: z.string() })),
});

type Kept = z.output<typeof keptSchema>;

/** How long a terminology server has for all pages of a value set. */
const patienceMs = 10_000;

const dayMs = 86_400_000;

/**
 * The codes of the value sets that a site's overlay has completed by the terminology server: from the copy in the data
 * folder while it is young enough, else asked for again; an old copy where there is no answer. Nothing fails: a set of
 * which there is no copy says why. While a rule set is pinned a copy does not age, since other codes are another rule set.
 */
export const readExpansions = async (
  settings: Pick<Settings, 'dataDir' | 'terminologyServer' | 'expansionDays'>,
  { overlay, switches }: Site,
  now = new Date(),
): Promise<ReadonlyMap<string, ExpandedCodes>> => {
  const wanted = Object.entries(overlay.expand);
  if (wanted.length === 0) return new Map();
  const { dataDir, terminologyServer: server, expansionDays } = settings;
  const connections = server === undefined ? undefined : createFhirConnections();
  const client = server === undefined ? undefined : connections?.client(server);
  const mostAge = switches.pinned === undefined ? expansionDays * dayMs : Number.POSITIVE_INFINITY;
  const read = async (url: string): Promise<ExpandedCodes> => {
    const file = fileOf(dataDir, url);
    const kept = await readKept(file);
    const isYoung = kept && now.getTime() - Date.parse(kept.asked) < mostAge;
    if (isYoung && (server === undefined || kept.server === server)) return toExpanded(kept);
    if (server === undefined || client === undefined) return withProblem(url, kept, 'no terminologyServer is set');
    try {
      return toExpanded(await ask(url, { server, client, file, now }));
    } catch (thrown) {
      return withProblem(url, kept, messageOf(thrown));
    }
  };
  try {
    return new Map(await Promise.all(wanted.map(async ([id, url]) => [id, await read(url)] as const)));
  } finally {
    await connections?.close();
  }
};

interface Asking {
  readonly server: string;
  readonly client: FhirClient;
  readonly file: string;
  readonly now: Date;
}

const ask = async (url: string, { server, client, file, now }: Asking): Promise<Kept> => {
  const codes = await expandValueSet(client, url, AbortSignal.timeout(patienceMs));
  if (codes.length === 0) throw new Error('the expansion has no codes');
  const kept = { url, server, asked: now.toISOString(), codes: [...codes] };
  await writeWhole(file, JSON.stringify(kept));
  return kept;
};

const fileOf = (dataDir: string, url: string): string =>
  join(dataDir, 'expansions', `${createHash('sha256').update(url).digest('hex').slice(0, 20)}.json`);

/** A copy that cannot be read is as good as none. */
const readKept = async (file: string): Promise<Kept | undefined> => {
  try {
    return keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
};

const toExpanded = ({ url, asked, codes }: Kept): ExpandedCodes => ({ url, asked, codes });

const withProblem = (url: string, kept: Kept | undefined, problem: string): ExpandedCodes =>
  kept ? { ...toExpanded(kept), problem } : { url, codes: [], problem };

/** How old each expansion is, and what is wrong with it, in words that begin with the value set's id. */
export const expansionLines = (
  { expansions }: Pick<Vocabulary, 'expansions'>,
  now: Date,
): readonly { readonly line: string; readonly wrong: boolean }[] =>
  [...expansions].map(([url, { asked, problem }]) => {
    const age = asked === undefined ? undefined : Math.floor((now.getTime() - Date.parse(asked)) / dayMs);
    const words =
      age === undefined
        ? 'known in part only, its expansion was never had'
        : `expanded ${age === 0 ? 'today' : age === 1 ? 'a day ago' : `${age} days ago`}`;
    return {
      line: `${url.slice(valueSetBase.length)}: ${words}${problem === undefined ? '' : `; ${problem}`}`,
      wrong: problem !== undefined,
    };
  });
