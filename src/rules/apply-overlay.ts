import type { Elm } from '../cql/elm.ts';
import type { ParameterValue } from '../cql/interpret.ts';
import type { Problem } from '../cql/problem.ts';
import type { RuleFolder } from './load.ts';
import { localClassProblems, unknownSetProblems } from './local-codes.ts';
import type { Manifest } from './manifest.ts';
import type { Overlay } from './site.ts';
import { type Vocabulary, valueSetIds } from './vocabulary.ts';

/** A rule with the site's words and windows in place of the shipped ones. */
export const withOverlay = (rule: RuleFolder, { rules, mapped }: Overlay): RuleFolder => {
  const own = rules[rule.manifest.id];
  const manifest = vouchedFor(rule.manifest, new Set(mapped));
  return own || manifest !== rule.manifest ? { ...rule, manifest: own ? changed(manifest, own) : manifest } : rule;
};

/** The manifest without the completions that the site vouches for: they need not be seen any more. */
const vouchedFor = (manifest: Manifest, mapped: ReadonlySet<string>): Manifest =>
  manifest.kind === 'order' || !manifest.completion.flat().some((id) => mapped.has(id))
    ? manifest
    : { ...manifest, completion: manifest.completion.filter((entry) => !entry.some((id) => mapped.has(id))) };

const changed = (manifest: Manifest, { tracks, texts }: Overlay['rules'][string]): Manifest => {
  if (manifest.kind === 'order')
    return {
      ...manifest,
      problems: mapped(manifest.problems, (id, problem) => ({
        ...problem,
        card: { ...problem.card, ...present(texts[id]) },
      })),
    };
  return {
    ...manifest,
    tracks: mapped(manifest.tracks, (track, steps) =>
      mapped(steps, (step, windows) => ({ ...windows, ...present(tracks[track]?.[step]) })),
    ),
    cards: mapped(manifest.cards, (status, card) => ({ ...card, ...present(texts[status]) })) as typeof manifest.cards,
  };
};

const mapped = <V, R>(record: Readonly<Record<string, V>>, change: (key: string, value: V) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(key, value)]));

/** Without what is undefined, which would erase what it should leave. */
const present = <T extends object>(value: T | undefined): { [K in keyof T]: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };

/** The values of CQL parameters that a site sets, by library. */
export const settingsOf = (
  rules: readonly RuleFolder[],
  overlay: Overlay,
): ReadonlyMap<string, Readonly<Record<string, ParameterValue>>> =>
  new Map(
    rules.map(({ manifest, library }) => [
      library.name,
      Object.fromEntries(
        Object.entries(overlay.rules[manifest.id]?.settings ?? {}).map(([name, value]) => [name, settingValue(value)]),
      ),
    ]),
  );

const settingValue = (value: boolean | number | string): ParameterValue => {
  const quantity = typeof value === 'string' ? /^(\d+(?:\.\d+)?) (\S.*)$/.exec(value) : null;
  return quantity ? { value: Number(quantity[1]), unit: (quantity[2] as string).replace(/^'(.*)'$/, '$1') } : value;
};

/** Names in an overlay that the rules, as they are shipped, do not have: each would change nothing, silently. */
export const overlayProblems = (
  { rules: changes, codes, mapped, expand }: Overlay,
  rules: readonly RuleFolder[],
  libraries: ReadonlyMap<string, Elm>,
  vocabulary: Vocabulary,
): readonly Problem[] => {
  const file = 'overlay.yaml';
  const unknown = (where: string, known: Iterable<string>, got: string): Problem => ({
    file,
    message: `${where}: expected one of ${[...known].join(', ') || 'none'}, got "${got}"`,
  });
  const byId = new Map(rules.map((rule) => [rule.manifest.id, rule]));
  return [
    ...unknownSetProblems('codes', Object.keys(codes), valueSetIds(vocabulary)),
    ...unknownSetProblems(
      'mapped',
      mapped,
      new Set(rules.flatMap(({ manifest }) => (manifest.kind === 'order' ? [] : manifest.completion.flat()))),
      'a value set that a rule names under completion',
    ),
    ...unknownSetProblems('expand', Object.keys(expand), valueSetIds(vocabulary)),
    ...localClassProblems(codes, vocabulary),
    ...Object.entries(changes).flatMap(([id, { settings, tracks, texts }]) => {
      const rule = byId.get(id);
      if (!rule) return [unknown('rules', byId.keys(), id)];
      const { manifest, library } = rule;
      const parameters = (libraries.get(library.name)?.library.parameters?.def ?? []).map(({ name }) => name);
      const named = manifest.kind === 'order' ? manifest.problems : manifest.cards;
      const windows = manifest.kind === 'order' ? {} : manifest.tracks;
      return [
        ...Object.keys(settings)
          .filter((name) => !parameters.includes(name))
          .map((name) => unknown(`rules.${id}.settings`, parameters, name)),
        ...Object.keys(texts)
          .filter((name) => !(name in named))
          .map((name) => unknown(`rules.${id}.texts`, Object.keys(named), name)),
        ...Object.entries(tracks).flatMap(([track, steps]) =>
          track in windows
            ? Object.keys(steps)
                .filter((step) => !(step in (windows[track] ?? {})))
                .map((step) => unknown(`rules.${id}.tracks.${track}`, Object.keys(windows[track] ?? {}), step))
            : [unknown(`rules.${id}.tracks`, Object.keys(windows), track)],
        ),
      ];
    }),
  ];
};
