import { describe, expect, it } from 'vitest';
import { createCompiledEngine } from '../../../src/cql/compiled.ts';
import type { CqlEngine, EvaluationContext } from '../../../src/cql/engine.ts';
import { createTranslator } from '../../../src/cql/translate.ts';
import { loadCases, runCase } from '../../../src/rules/cases.ts';
import { checkRuleSet, type RuleSet } from '../../../src/rules/rule-set.ts';
import { elmOf, fhirLibrary, model, testCaches } from '../../support/cql.ts';
import { now, recordOf, resource } from '../../support/record.ts';
import { rulesDir } from '../../support/rule-set.ts';

describe('the shipped rules, traced,', async () => {
  const translator = createTranslator();
  const read = await checkRuleSet({ dir: rulesDir, cacheDirs: testCaches, translator }).finally(translator.close);
  const { libraries, vocabulary, folder } = read;
  const ruleSet = read.ruleSet as RuleSet;
  const input = { libraries, model, valueSets: vocabulary.valueSets, cacheDirs: testCaches };
  const told = new Set<string>();
  const traced = await createCompiledEngine({
    ...input,
    trace: (library, localId) => told.add(`${library} ${localId}`),
  });
  const definitions = [...libraries].flatMap(
    ([
      library,
      {
        library: { statements },
      },
    ]) =>
      (statements?.def ?? []).flatMap(({ type, name }) => (type === 'FunctionDef' ? [] : [[library, name] as const])),
  );
  const valuesOf = async (engine: CqlEngine, context: EvaluationContext) => {
    const evaluation = engine.evaluate(context);
    const values: Record<string, unknown> = {};
    for (const [library, name] of definitions)
      values[`${library}.${name}`] = await evaluation.value(library, name).catch(String);
    return values;
  };

  it('are all compiled', () => {
    expect([...traced.interpreted]).toEqual([]);
  });

  it.each(ruleSet.rules.map((rule) => [rule.manifest.id, rule] as const))(
    'give the same values in every case of %s',
    async (id, rule) => {
      const { cases } = await loadCases(
        rulesDir,
        String(folder.rules.find(({ manifest }) => manifest.id === id)?.folder),
      );
      if (!cases) throw new Error('expected cases');
      const contexts: EvaluationContext[] = [];
      const engine: CqlEngine = {
        evaluate: (context) => {
          contexts.push(context);
          return ruleSet.engine.evaluate(context);
        },
      };
      for (const one of cases.cases) await runCase({ ...ruleSet, engine }, rule, cases, one);
      expect(contexts.length).toBeGreaterThan(3);
      for (const context of contexts)
        expect(await valuesOf(traced, context)).toEqual(await valuesOf(ruleSet.engine, context));
    },
  );

  it('tell of many clauses in each of the rules', () => {
    for (const { library } of ruleSet.rules)
      expect([...told].filter((each) => each.startsWith(`${library} `)).length).toBeGreaterThan(20);
  });
});

describe('the resources that a clause read', async () => {
  const base = fhirLibrary('Base', 'context Patient\ndefine "Finals": [Observation] O where O.status = \'final\'');
  const outer = fhirLibrary(
    'Outer',
    `context Patient
define "Any": exists (Base."Finals")
define "Again": exists (Base."Finals") and true
define "Condition": exists ([Condition] C where C.recordedDate before Today())
define "None": 1 + 1`,
    ['Base'],
  );
  const libraries = await elmOf([base, outer]);
  const chart = [
    resource('Observation', { id: 'a', status: 'final' }),
    resource('Observation', { id: 'b', status: 'draft' }),
    resource('Condition', { id: 'c', recordedDate: '2020-01-01' }),
  ];

  const readBy = async (...asked: readonly string[]) => {
    const whole = new Map<string, readonly string[]>();
    const bodies = new Map(
      [...libraries].flatMap(([key, elm]) =>
        (elm.library.statements?.def ?? []).flatMap(({ type, name, expression }) =>
          type === 'FunctionDef'
            ? []
            : [[`${key} ${(expression as { localId?: string } | undefined)?.localId}`, name] as const],
        ),
      ),
    );
    const engine = await createCompiledEngine({
      libraries,
      model,
      valueSets: new Map(),
      cacheDirs: testCaches,
      trace: (library, localId, _, resources) => {
        const name = bodies.get(`${library} ${localId}`);
        const ids = [...(resources ?? [])].map((each) => String((each as { id?: string }).id));
        if (name !== undefined) whole.set(name, ids.sort());
      },
    });
    const evaluation = engine.evaluate({ record: recordOf(chart), now, timeZone: 'UTC' });
    for (const definition of asked) await evaluation.value('Outer', definition);
    return Object.fromEntries(whole);
  };

  it('are named, those of a definition that it needs among them', async () => {
    expect(await readBy('Any', 'Condition', 'None')).toEqual({
      Finals: ['a', 'b'],
      Any: ['a', 'b'],
      Condition: ['c'],
      None: [],
    });
  });

  it('are named also where the definition had been computed before', async () => {
    expect((await readBy('Any', 'Again')).Again).toEqual(['a', 'b']);
  });
});
