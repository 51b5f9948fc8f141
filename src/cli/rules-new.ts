import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localDate, systemClock } from '../clock.ts';
import type { Settings } from '../config.ts';
import { CarehookError } from '../errors.ts';
import { pascalCase } from '../rules/load.ts';
import { interactionTemplate, reminderTemplate } from './rule-templates.ts';

/**
 * Writes a rule folder that loads, passes its cases, and says where to go on: two drug classes in the family
 * `interactions`, in others a reminder for adults that is due yearly.
 *
 * @throws CONFIG_INVALID when the name has not the form `family/id`, or the folder is there already
 */
export const rulesNew = async ({ rulesDir, timeZone }: Settings, name: string): Promise<void> => {
  const match = /^([a-z0-9]+(?:-[a-z0-9]+)*)\/([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(name);
  if (!match)
    throw new CarehookError('CONFIG_INVALID', `expected a name such as screening/blood-pressure, got "${name}"`);
  const [, family = '', id = ''] = match;
  const folder = join(rulesDir, family, id);
  if (existsSync(folder)) throw new CarehookError('CONFIG_INVALID', `${folder}: there is a rule of this name already`);
  const library = pascalCase(id);
  const template = family === 'interactions' ? interactionTemplate : reminderTemplate;
  const files = {
    'rule.yaml': template.manifest(id, localDate(systemClock.now(), timeZone)),
    [`${library}.cql`]: template.cql(library),
    'cases.yaml': template.cases,
  };
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await writeFile(join(folder, file), text);
    process.stdout.write(`wrote ${join(folder, file)}\n`);
  }
  process.stdout.write(`next: npx carehook rules test ${id} --watch\n`);
};
