import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { exampleSettings } from '../config.ts';
import { CarehookError } from '../errors.ts';
import { casesSchema } from '../rules/cases.ts';
import { libraryCasesSchema } from '../rules/library-cases.ts';
import {
  analyteSchema,
  manifestSchema,
  servicesSchema,
  unitSpellingsSchema,
  valueSetSchema,
} from '../rules/manifest.ts';
import { overlaySchema } from '../rules/site.ts';

/** Files of the project that are made from its code, by their path in the project. */
const generated = (): Readonly<Record<string, string>> => ({
  'rules/schema/rule.schema.json': jsonSchema(manifestSchema),
  'rules/schema/cases.schema.json': jsonSchema(casesSchema),
  'rules/schema/library-cases.schema.json': jsonSchema(libraryCasesSchema),
  'rules/schema/services.schema.json': jsonSchema(servicesSchema),
  'rules/schema/value-set.schema.json': jsonSchema(valueSetSchema),
  'rules/schema/analyte.schema.json': jsonSchema(analyteSchema),
  'rules/schema/unit-spellings.schema.json': jsonSchema(unitSpellingsSchema),
  'rules/schema/overlay.schema.json': jsonSchema(overlaySchema),
  'carehook.example.yaml': exampleSettings(),
});

/**
 * Writes the generated files of the project; with `check` compares instead.
 *
 * @throws CONFIG_INVALID naming every file that is stale
 */
export const generate = (check: boolean): void => {
  const stale = Object.entries(generated()).filter(([path, text]) => readIfThere(inProject(path)) !== text);
  if (check && stale.length > 0)
    throw new CarehookError('CONFIG_INVALID', `stale, run "npm run fix": ${stale.map(([path]) => path).join(', ')}`);
  for (const [path, text] of stale) {
    mkdirSync(dirname(inProject(path)), { recursive: true });
    writeFileSync(inProject(path), text);
  }
};

const jsonSchema = (schema: z.ZodType): string =>
  `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`;

const inProject = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
