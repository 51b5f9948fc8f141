import { afterAll, describe, expect, it } from 'vitest';
import { appOf, notCheckedIn, onlyRules } from '../../support/app.ts';
import { ibuprofen, orderSign, patient, patientView, prefetchOf, serviceAt, warfarin } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';
import { rulesFolderWith } from '../../support/shipped-rules-folder.ts';

const ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer', 'warfarin-nsaid');
const view = serviceAt(ruleSet, 'patient-view');
const sign = serviceAt(ruleSet, 'order-sign');
const due = prefetchOf(view, [patient()]);
const onWarfarin = prefetchOf(sign, [patient(), warfarin()]);

describe('rules that throw', async () => {
  const header = `using FHIR version '4.0.1'\ninclude FHIRHelpers version '4.0.1'\ncontext Patient\n`;
  const dir = await rulesFolderWith(
    afterAll,
    {
      like: 'screening/colorectal-cancer',
      id: 'always-throws',
      title: 'A reminder that throws',
      cql: `${header}
define "In Population": singleton from ({ Patient.active.value, true, false })
define "Last Done": null as Date
define "Due Date": Today()`,
    },
    {
      like: 'interactions/warfarin-nsaid',
      id: 'always-throws-too',
      title: 'An interaction that throws',
      cql: `${header}
define "Alerts": { singleton from ({ Patient.active.value, true, false }) }`,
    },
  );
  const throwing = onlyRules(
    await shippedRuleSet(dir),
    'colorectal-cancer',
    'warfarin-nsaid',
    'always-throws',
    'always-throws-too',
  );
  const { cards: ask, agent, log } = appOf(throwing);

  it('are named with the reason, beside the card of a rule that does not', async () => {
    const given = await ask(patientView({ prefetch: due }));
    expect(given.map(({ source }) => source.topic?.code)).toEqual(['colorectal-cancer', 'not-checked']);
    expect(notCheckedIn(given)).toContain('A reminder that throws');
    const alerted = await ask(orderSign([ibuprofen()], { prefetch: onWarfarin }));
    expect(alerted.map(({ source }) => source.topic?.code)).toEqual(['warfarin-nsaid', 'not-checked']);
    expect(notCheckedIn(alerted)).toContain('An interaction that throws');
  });

  it("show a clinician no programmer's words, which the log has", async () => {
    log.length = 0;
    const told = notCheckedIn(await ask(orderSign([ibuprofen()], { prefetch: onWarfarin })));
    expect(told).toContain('the rule failed, and the operator has been told why');
    expect(told).not.toContain('SingletonFrom');
    expect(log.join('\n')).toContain('SingletonFrom');
  });

  it('do not take discovery down', async () => {
    await agent.get('/cds-services').expect(200);
  });
});
