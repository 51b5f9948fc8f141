import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../cql/problem.ts';
import { durationSchema } from './duration.ts';
import { readYaml } from './read-yaml.ts';

/** What a site changes of the shipped rules; what it leaves out stays as it is. */
export const overlaySchema = z.strictObject({
  rules: z
    .record(
      z.string(),
      z.strictObject({
        /** The reason for which the site does not want the rule. */
        off: z.string().min(1).optional(),
        /** Values of the rule's settings (CQL parameters): numbers, words, switches, or lengths such as "5 years". */
        settings: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).default({}),
        tracks: z
          .record(
            z.string(),
            z.record(
              z.string(),
              z.strictObject({
                soon: durationSchema.optional(),
                due: durationSchema.optional(),
                overdue: durationSchema.optional(),
                critical: durationSchema.optional(),
              }),
            ),
          )
          .default({}),
        /** Words of cards, by status (care rules) or problem (order rules). */
        texts: z
          .record(
            z.string(),
            z.strictObject({ summary: z.string().max(200).optional(), detail: z.string().optional() }),
          )
          .default({}),
      }),
    )
    .default({}),
  /** Local codes to add to value sets: by the value set's id, then system (short name or URL), then code with its name. */
  codes: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.string()))).default({}),
  /**
   * Value sets that a terminology server completes: by the value set's id the canonical URL (with or without |version) of
   * the ValueSet whose expansion is added to its codes.
   */
  expand: z.record(z.string(), z.url({ protocol: /^https?$/ })).default({}),
  /** Value sets whose codes, with those added here, are the ones that this site uses: seen or not, the site vouches for them. */
  mapped: z.array(z.string()).default([]),
});

export type Overlay = z.output<typeof overlaySchema>;

const signaturesSchema = z.record(
  z.string(),
  z.strictObject({
    name: z.string().min(1),
    date: z.iso.date(),
    content: z.string(),
    statement: z.string().optional(),
  }),
);

/** Who signed a rule for this site, when, and the hash of all that was signed. */
export type Signatures = z.output<typeof signaturesSchema>;

const switchesSchema = z.strictObject({
  off: z.record(z.string(), z.strictObject({ reason: z.string().min(1), since: z.string() })).default({}),
  /** The only rule set that may serve. */
  pinned: z.string().optional(),
});

/** What a running service obeys within a minute: rules switched off, and the rule set that alone may serve. */
export type Switches = z.output<typeof switchesSchema>;

/** A site's folder: `overlay.yaml` by hand, `signatures.yaml` and `switches.yaml` by command. */
export interface Site {
  readonly overlay: Overlay;
  readonly signatures: Signatures;
  readonly switches: Switches;
}

export const noSite: Site = { overlay: overlaySchema.parse({}), signatures: {}, switches: switchesSchema.parse({}) };

/** Reads a site's folder; a file that is not there changes nothing. */
export const loadSite = async (
  dir: string,
): Promise<{ readonly site: Site; readonly problems: readonly Problem[] }> => {
  const [overlay, signatures, switches] = await Promise.all([
    readOptional(dir, 'overlay.yaml', overlaySchema),
    readOptional(dir, 'signatures.yaml', signaturesSchema),
    readOptional(dir, 'switches.yaml', switchesSchema),
  ]);
  return {
    site: {
      overlay: overlay.value ?? noSite.overlay,
      signatures: signatures.value ?? noSite.signatures,
      switches: switches.value ?? noSite.switches,
    },
    problems: [...overlay.problems, ...signatures.problems, ...switches.problems],
  };
};

/** Writes a file of the site's folder that commands own. */
export const saveSite = async (
  dir: string,
  part: { readonly signatures: Signatures } | { readonly switches: Switches },
): Promise<void> => {
  await mkdir(dir, { recursive: true });
  const [name, value] = Object.entries(part)[0] as [string, unknown];
  await writeFile(join(dir, `${name}.yaml`), `# Written by "carehook rules"; do not edit.\n${stringify(value)}`);
};

const readOptional = async <S extends z.ZodType>(dir: string, name: string, schema: S) => {
  const path = join(dir, name);
  const there = await readFile(path).then(
    () => true,
    () => false,
  );
  if (!there) return { value: undefined, problems: [] };
  const read = await readYaml(path, path, schema);
  return 'value' in read ? { value: read.value, problems: [] } : { value: undefined, problems: read.problems };
};

/** The hash of what a signature is for: the rule as this site has it. Any change of it voids the signature. */
export const contentHash = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
