import type { Elm } from '../cql/elm.ts';
import type { CqlSource } from '../cql/libraries.ts';
import { includedLibraries } from './explain.ts';
import type { RuleFolder } from './load.ts';
import type { Rule, RuleSet } from './rule-set.ts';
import { contentHash, type Site, type Switches } from './site.ts';
import type { LoadedVocabulary } from './vocabulary.ts';

/**
 * Whether a rule's findings reach people: `speaks`; `shadow` is evaluated and counted in silence; `off` is not evaluated.
 */
type Voice = 'speaks' | 'shadow' | 'off';

export interface Standing {
  readonly voice: Voice;
  /** Why it does not speak, in words. */
  readonly because?: string;
  /** Who signed it for this site, and when. */
  readonly signed?: { readonly name: string; readonly date: string };
}

/**
 * Where a rule stands at a site: only a rule that a clinician has signed for the site, as it is now, speaks. The
 * demonstration shows drafts too.
 *
 * @param content the hash of the rule as the site has it
 */
export const standingOf = (
  { manifest: { id, status } }: Pick<RuleFolder, 'manifest'>,
  content: string,
  { overlay, signatures, switches }: Site,
  demonstration: boolean,
): Standing => {
  const off = switches.off[id]?.reason ?? overlay.rules[id]?.off;
  if (off !== undefined) return { voice: 'off', because: off };
  if (status === 'retired') return { voice: 'off', because: 'retired' };
  const signature = signatures[id];
  const valid = signature?.content === content;
  const signed = signature && valid ? { signed: { name: signature.name, date: signature.date } } : {};
  if (status === 'shadow') return { voice: 'shadow', because: 'in shadow', ...signed };
  if (demonstration || valid) return { voice: 'speaks', ...signed };
  return {
    voice: 'shadow',
    because: signature ? `changed since ${signature.name} signed it on ${signature.date}` : 'not signed for this site',
  };
};

/** Rules of which one needs another that does not speak fall silent with it: what the one leaves to the other would be lost. */
export const withNeeds = (rules: readonly Rule[]): readonly Rule[] => {
  const speaking = new Set(
    rules.filter(({ standing }) => standing.voice === 'speaks').map(({ manifest }) => manifest.id),
  );
  const next = rules.map((rule) => {
    const lacking = rule.standing.voice === 'speaks' ? rule.manifest.needs.filter((id) => !speaking.has(id)) : [];
    return lacking.length === 0
      ? rule
      : {
          ...rule,
          standing: { ...rule.standing, voice: 'shadow' as const, because: `needs ${lacking.join(', ')} to speak too` },
        };
  });
  return next.every((rule, i) => rule === rules[i]) ? rules : withNeeds(next);
};

/** A rule set with rules off that were on when it was loaded; those that were off at loading stay so until the next. */
export const withSwitches = (ruleSet: RuleSet, { off }: Switches): RuleSet => {
  const changed = ruleSet.rules.some(
    ({ manifest, standing }) => off[manifest.id] !== undefined && standing.voice !== 'off',
  );
  if (!changed) return ruleSet;
  return {
    ...ruleSet,
    id: `${ruleSet.id}-${contentHash(Object.keys(off).sort()).slice(0, 6)}`,
    rules: withNeeds(
      ruleSet.rules.map((rule) => {
        const reason = off[rule.manifest.id]?.reason;
        return reason === undefined
          ? rule
          : { ...rule, standing: { ...rule.standing, voice: 'off' as const, because: reason } };
      }),
    ),
  };
};

/** The hash of a rule as a site has it: manifest and settings, its CQL with all it includes, the value sets that these read, and how what is measured is converted. */
export const ruleContent = (
  { manifest, library }: RuleFolder,
  settings: unknown,
  {
    sources,
    libraries,
    vocabulary,
  }: {
    readonly sources: readonly CqlSource[];
    readonly libraries: ReadonlyMap<string, Elm>;
    readonly vocabulary: LoadedVocabulary;
  },
): string => {
  const used = new Set(includedLibraries(library.name, libraries));
  const urls = new Set(
    [...used].flatMap((name) => (libraries.get(name)?.library.valueSets?.def ?? []).map(({ id }) => id)),
  );
  return contentHash([
    manifest,
    settings,
    sources.filter(({ name }) => used.has(name)).map(({ name, text }) => [name, text]),
    [...urls].sort().map((url) => [url, ...(vocabulary.origins.get(url)?.signed ?? [])]),
    vocabulary.analytes.withCodes([...urls].flatMap((url) => vocabulary.valueSets.get(url)?.codes ?? [])),
  ]);
};
