import type { Explain, RuleExplanation } from '../../src/demo/chart-page.ts';

/** Stands in for what evaluates every rule: one that spoke, one that is silent, one that cannot judge. */
export const fakeExplain: Explain = async (patientId, drafts) => [
  explanation('warfarin-nsaid', 'Warfarin with an NSAID', {
    status: drafts.length > 0 ? 'alert' : 'not-applicable',
    reason: drafts.length > 0 ? 'A draft is an NSAID and the patient takes warfarin.' : 'No draft is an NSAID.',
  }),
  explanation('colorectal-cancer', 'Colorectal cancer screening', {
    status: 'overdue',
    reason: `No accepted test is on record for ${patientId}.`,
    evidence: ['Procedure: Appendectomy, 2011-03-02, completed'],
  }),
  explanation('lung-cancer', 'Lung cancer screening', {
    status: 'unknown',
    reason: 'How much was smoked is not on record.',
    missing: ['Pack-years'],
  }),
];

const explanation = (id: string, title: string, rest: Partial<RuleExplanation>): RuleExplanation => ({
  id,
  title,
  status: 'met',
  reason: '',
  evidence: [],
  missing: [],
  ...rest,
});
