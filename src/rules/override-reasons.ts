/**
 * Reasons for which a card may be overridden, by their codes in HL7's non-adherence reason codes (CDS Hooks 3.0.0-ballot,
 * Override Reasons). Displays are the code system's own.
 */
export const overrideReasonSystem = 'http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes';

export const overrideReasons = {
  'patient-ineligible': 'Patient does not meet eligibility for recommended action',
  'indication-order-exists': 'Patient has indication/order for intended action',
  'action-completed': 'Recommended action was already completed',
  'action-performed-no-adverse-effect': 'Intended action was performed previously without adverse effect',
  'action-not-priority': 'Recommended action is not relevant or a priority in current state of health',
  'need-more-info':
    'Could not address recommended action due to need for more information/pending results/pending consult',
  'recipient-does-not-trust': 'Recipient does not agree with or trust the recommended action',
  'risk-benefit-ratio': 'Recipient assessment of risk/benefit ratio',
  'mitigate-risk-negative-outcome': 'Action taken to mitigate risk of negative outcome',
  'patient-contraindication': 'Patient has contraindication to recommended action',
  'prefers-alternative': 'Patient prefers an alternative approach or treatment',
  'patient-refuses': 'Patient refuses/declines (no context given)*',
  'service-not-available': 'Treatment or service is not practically available',
  'too-costly-uncovered': 'Recommended action is too costly or not covered by insurance',
} as const;

type OverrideReason = keyof typeof overrideReasons;

export const overrideReasonCodes = Object.keys(overrideReasons) as [OverrideReason, ...OverrideReason[]];
