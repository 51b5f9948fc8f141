import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { createCurrentRules } from '../../src/cli/current-rules.ts';
import { readSettings } from '../../src/config.ts';
import { hasCode } from '../../src/terminology/code-set.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { listen } from '../support/app.ts';
import { emptyFolder } from '../support/command.ts';
import { makeRules, removeMadeRules } from '../support/made-rules.ts';

afterAll(removeMadeRules);

describe('the rules of a running service', () => {
  it('take up an expansion when the terminology server answers at last, and keep it when it is gone again', async () => {
    let status = 404;
    const contains = [{ system: codeSystems.ICD10CM, code: 'K25.9', display: 'Gastric ulcer' }];
    const expansion = { timestamp: '2026-11-21', total: 1, contains };
    const server = await listen((_, response) => {
      response.writeHead(status, { 'content-type': 'application/fhir+json' });
      response.end(JSON.stringify({ resourceType: 'ValueSet', status: 'active', expansion }));
    }, afterAll);
    const [dataDir, siteDir, config] = [emptyFolder(), emptyFolder(), join(emptyFolder(), 'carehook.yaml')];
    writeFileSync(join(siteDir, 'overlay.yaml'), 'expand: { ulcer: http://tx.example/ValueSet/ulcers }\n');
    writeFileSync(
      config,
      JSON.stringify({ dataDir, siteDir, rulesDir: makeRules([]), terminologyServer: `${server}/fhir/` }),
    );
    const log: string[] = [];
    const rules = await createCurrentRules(
      readSettings({ CAREHOOK_CONFIG: config }),
      pino({ level: 'info' }, { write: (line: string) => void log.push(JSON.parse(line).msg) }),
    );
    afterAll(rules.close);
    const has = (code: string) => {
      const set = rules.ruleSet().vocabulary.valueSets.get('http://carehook.org/fhir/ValueSet/ulcer');
      return set !== undefined && hasCode(set, codeSystems.ICD10CM, code);
    };
    const before = rules.ruleSet().id;
    expect([has('K25.0'), has('K25.9')]).toEqual([true, false]);

    await rules.renew();
    expect(rules.ruleSet().id).toBe(before);

    status = 200;
    await rules.renew();
    expect([has('K25.0'), has('K25.9')]).toEqual([true, true]);
    expect(rules.ruleSet().id).not.toBe(before);
    expect(log).toContain('expansions changed, the rules were loaded again');
    expect(readdirSync(join(dataDir, 'expansions'))).toHaveLength(1);

    status = 500;
    await rules.renew();
    expect(has('K25.9')).toBe(true);
  });
});
