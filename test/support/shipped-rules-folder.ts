import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { CleanUp } from './app.ts';
import { rulesDir } from './rule-set.ts';

export interface AddedRule {
  /** The folder of a shipped rule, whose manifest the new one has except for its id and title, and what completes it. */
  readonly like: string;
  readonly id: string;
  readonly title: string;
  readonly cql: string;
}

/** A copy of the shipped rules folder with rules beside them. */
export const rulesFolderWith = async (cleanUp: CleanUp, ...added: readonly AddedRule[]): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'carehook-rules-'));
  cleanUp(() => rm(dir, { recursive: true }));
  await cp(rulesDir, dir, { recursive: true });
  for (const { like, id, title, cql } of added) {
    const folder = join(dir, like, '..', id);
    await mkdir(folder);
    const { completion: _, ...manifest } = parse(await readFile(join(dir, like, 'rule.yaml'), 'utf8'), { merge: true });
    await writeFile(join(folder, 'rule.yaml'), stringify({ ...manifest, id, title }));
    const name = id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    await writeFile(join(folder, `${name}.cql`), `library ${name}\n${cql}`);
  }
  return dir;
};
