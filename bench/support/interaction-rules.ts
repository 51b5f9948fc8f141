import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { createMedicationTable } from '../../src/terminology/medications.ts';
import { benchDrugs } from './chart.ts';
import { createRandom } from './record.ts';

const shipped = fileURLToPath(new URL('../../rules', import.meta.url));
const template = join(shipped, 'interactions/warfarin-nsaid');

export interface InteractionRules {
  readonly dir: string;
  /** RxNorm codes of ingredients: the draft with each of the others meets one rule, and no two of anything else do. */
  readonly draft: string;
  readonly chart: readonly string[];
}

/** How many of the rules concern the orders of the bench. */
const applying = 5;

/**
 * A rules folder in a temporary place with so many interaction rules between made drug classes, each written like the one
 * that is shipped; the first five apply. The draft is in the classes of many rules whose partner is not in the chart.
 */
export const makeInteractionRules = (count: number): InteractionRules => {
  const dir = mkdtempSync(join(tmpdir(), 'carehook-bench-rules-'));
  for (const part of ['lib', 'vocabulary']) cpSync(join(shipped, part), join(dir, part), { recursive: true });
  writeFileSync(
    join(dir, 'services.yaml'),
    stringify({
      services: [
        { id: 'bench', hooks: ['order-sign'], title: 'Bench', description: 'Bench', families: ['interactions'] },
      ],
    }),
  );
  const random = createRandom(7);
  const table = readFileSync(join(shipped, 'vocabulary/medications.tsv'), 'utf8');
  const { byCode } = createMedicationTable({ medications: table });
  const present = new Set(benchDrugs.flatMap((code) => byCode(code)?.ingredients.map((each) => each.code) ?? []));
  const ingredients = table
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([code = '', type]) => type === 'IN' && !present.has(code))
    .map(([code = '', , name = '']) => ({ code, name }));
  const [draft, ...others] = ingredients.slice(0, applying + 1);
  const pool = ingredients.slice(applying + 1);
  const pick = () => pool[Math.floor(random() * pool.length)];
  if (!draft || others.length < applying) throw new Error('expected ingredients in the table of medications');

  const manifest = parse(readFileSync(join(template, 'rule.yaml'), 'utf8'));
  const cql = readFileSync(join(template, 'WarfarinNsaid.cql'), 'utf8');
  for (let i = 0; i < count; i++) {
    const classes = { ordered: `made-ordered-${i}`, partner: `made-partner-${i}` };
    const members = {
      ordered: [...(i < applying || i % 5 === 0 ? [draft] : []), ...Array.from({ length: 15 }, pick)],
      partner: [...others.slice(i, i + 1), ...Array.from({ length: 15 }, pick)],
    };
    for (const side of ['ordered', 'partner'] as const)
      writeFileSync(
        join(dir, `vocabulary/drug-classes/${classes[side]}.yaml`),
        stringify({
          id: classes[side],
          title: classes[side],
          kind: 'drug-class',
          source: 'made',
          codes: {
            RXNORM: Object.fromEntries(members[side].flatMap((each) => (each ? [[each.code, each.name]] : []))),
          },
        }),
      );
    const folder = join(dir, 'interactions', `made-${i}`);
    mkdirSync(folder, { recursive: true });
    const gate = [
      { draft: [classes.ordered], with: [classes.partner], in: ['draft', 'active', 'reported'] },
      { draft: [classes.partner], with: [classes.ordered], in: ['draft', 'active', 'reported'] },
    ];
    writeFileSync(join(folder, 'rule.yaml'), stringify({ ...manifest, id: `made-${i}`, title: `Made ${i}`, gate }));
    writeFileSync(
      join(folder, `Made${i}.cql`),
      cql
        .replace('library WarfarinNsaid', `library Made${i}`)
        .replace('ValueSet/vitamin-k-antagonist', `ValueSet/${classes.partner}`)
        .replace('ValueSet/nsaid', `ValueSet/${classes.ordered}`),
    );
  }
  return { dir, draft: draft.code, chart: others.map(({ code }) => code) };
};
