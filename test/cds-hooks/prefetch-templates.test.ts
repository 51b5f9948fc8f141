import { describe, expect, it } from 'vitest';
import { type CdsService, servicesOf } from '../../src/cds-hooks/discovery.ts';
import { prefetchTemplates } from '../../src/cds-hooks/prefetch-templates.ts';
import type { CqlEngine, CqlRecord } from '../../src/cql/engine.ts';
import { loadCases, runCase } from '../../src/rules/cases.ts';
import { loadRulesFolder } from '../../src/rules/load.ts';
import type { Rule } from '../../src/rules/rule-set.ts';
import { type CodeSet, codeKeysOf } from '../../src/terminology/code-set.ts';
import { rulesDir, shippedRuleSet } from '../support/rule-set.ts';

const ruleSet = await shippedRuleSet();
const services = servicesOf(ruleSet);
const { rules: folders } = await loadRulesFolder(rulesDir);
const templates = services.flatMap(({ id, hook, prefetch }) =>
  prefetch.map(({ key, query }) => ({ service: `${id} at ${hook}`, key, query })),
);
const medicationTypes = ['MedicationRequest', 'MedicationStatement', 'MedicationAdministration', 'MedicationDispense'];

/** What an engine read of the records of a rule's cases: types, with the codes where a read was by codes. */
const readBy = async (rule: Rule, folder: string): Promise<ReadonlyMap<string, readonly (CodeSet | undefined)[]>> => {
  const read = new Map<string, (CodeSet | undefined)[]>();
  const note = (type: string, codes?: CodeSet) => read.set(type, [...(read.get(type) ?? []), codes]);
  const watched = (record: CqlRecord): CqlRecord =>
    new Proxy(record, {
      get: (target, name) => {
        // Every evaluation is given the exposures, whether or not the rule's library has the parameter.
        if (name === 'exposures' && rule.requirements.some(({ type }) => type === 'MedicationStatement'))
          for (const type of medicationTypes) note(type);
        if (name === 'ofType')
          return (type: string) => {
            note(type);
            return target.ofType(type);
          };
        if (name === 'withCode')
          return (type: string, path: string, codes: CodeSet) => {
            note(type, codes);
            return target.withCode(type, path, codes);
          };
        return Reflect.get(target, name);
      },
    });
  const engine: CqlEngine = {
    evaluate: (context) => ruleSet.engine.evaluate({ ...context, record: watched(context.record) }),
  };
  const { cases } = await loadCases(rulesDir, folder);
  for (const one of cases?.cases ?? []) if (cases) await runCase({ ...ruleSet, engine }, rule, cases, one);
  return read;
};

describe.each(templates)('the template $key of $service', ({ query }) => {
  it('[CH-37] [CH-38] has the one token that every hook of ours allows', () => {
    expect([...query.matchAll(/\{\{(.*?)\}\}/g)].map(([, token]) => token)).toEqual(['context.patientId']);
    expect(query.replaceAll('{{context.patientId}}', '')).not.toMatch(/[{}]/);
  });

  it('[CH-39] [CH-40] has no function and no variable of 3.0', () => {
    expect(query).not.toMatch(/today\(\)|ofType|resolve\(|%/);
  });

  it('[CH-41] is an instance read, or a search by references, tokens and _count', () => {
    expect(query).toMatch(
      /^(Patient\/\{\{context\.patientId\}\}|[A-Z][A-Za-z]+\?patient=\{\{context\.patientId\}\}(&(code|intent|_count)=[^&\s"]+)*)$/,
    );
  });

  it('is short enough for an address', () => {
    expect(query.length).toBeLessThan(2500);
  });
});

describe.each(services)('the templates of $id at $hook', ({ rules, prefetch }: CdsService) => {
  it('[CH-15] have keys that are words, none twice', () => {
    for (const { key } of prefetch) expect(key).toMatch(/^[a-z][A-Za-z]+$/);
    expect(new Set(prefetch.map(({ key }) => key)).size).toBe(prefetch.length);
  });

  it('cover every retrieve that the rules declare', () => {
    for (const { requirements } of rules)
      for (const { type, codes } of requirements) {
        const template = prefetch.find((each) => each.type === type);
        expect(template, `no template for ${type}`).toBeDefined();
        if (template?.codes)
          expect([...(codes ?? ['every code'])].filter((code) => !template.codes?.has(code))).toEqual([]);
      }
  });

  it('cover everything that the rules read when their cases run', async () => {
    for (const rule of rules) {
      const folder = folders.find(({ manifest }) => manifest.id === rule.manifest.id)?.folder ?? '';
      const read = await readBy(rule, folder);
      expect(read.size).toBeGreaterThan(0);
      for (const [type, reads] of read) {
        const template = prefetch.find((each) => each.type === type);
        expect(template, `${rule.manifest.id} reads ${type}`).toBeDefined();
        if (template?.codes)
          for (const codes of reads)
            expect((codes ? codeKeysOf(codes) : ['every code']).filter((code) => !template.codes?.has(code))).toEqual(
              [],
            );
      }
    }
  }, 60_000);
});

describe('templates', () => {
  const rule = (...requirements: Rule['requirements'][number][]) => ({ requirements }) as unknown as Rule;
  const codes = (...each: string[]) => new Set(each.map((code) => `http://loinc.org|${code}`));

  it('always ask for the patient', () => {
    expect(prefetchTemplates([])).toEqual([
      { key: 'patient', type: 'Patient', query: 'Patient/{{context.patientId}}', optional: false },
    ]);
  });

  it('are narrowed by the codes of all rules where every rule names codes', () => {
    const [, observations] = prefetchTemplates([
      rule({ type: 'Observation', codePath: 'code', codes: codes('1-8') }),
      rule({ type: 'Observation', codePath: 'code', codes: codes('2-6') }),
    ]);
    expect(observations?.query).toContain('code=http://loinc.org|1-8,http://loinc.org|2-6');
  });

  it('are not narrowed where one rule reads all of a type', () => {
    const [, observations] = prefetchTemplates([
      rule({ type: 'Observation', codePath: 'code', codes: codes('1-8') }),
      rule({ type: 'Observation' }),
    ]);
    expect(observations?.query).not.toContain('code=');
    expect(observations?.codes).toBeUndefined();
  });

  it('are not narrowed by more codes than an address holds', () => {
    const many = codes(...Array.from({ length: 51 }, (_, i) => `${i}-0`));
    const [, observations] = prefetchTemplates([rule({ type: 'Observation', codePath: 'code', codes: many })]);
    expect(observations?.query).not.toContain('code=');
  });

  it('do without a type only where every rule can', () => {
    const optional = { type: 'MedicationStatement', optional: true } as const;
    expect(prefetchTemplates([rule(optional)])[1]?.optional).toBe(true);
    expect(prefetchTemplates([rule(optional), rule({ type: 'MedicationStatement' })])[1]?.optional).toBe(false);
  });

  it('look back as far as the rule that looks farthest, and to the beginning where one has no limit', () => {
    const since = (value?: number) =>
      rule({ type: 'Observation', ...(value !== undefined && { lookBack: { value, unit: 'y' as const } }) });
    expect(prefetchTemplates([since(1), since(10)])[1]?.lookBack).toEqual({ value: 10, unit: 'y' });
    expect(prefetchTemplates([since(1), since()])[1]?.lookBack).toBeUndefined();
  });

  it('are named by their type in the plural', () => {
    const keys = prefetchTemplates(
      ['AllergyIntolerance', 'FamilyMemberHistory', 'Condition'].map((type) => rule({ type })),
    ).map(({ key }) => key);
    expect(keys).toEqual(['patient', 'allergyIntolerances', 'familyMemberHistories', 'conditions']);
  });
});
