import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { overrideReasonCodes } from './override-reasons.ts';

const kebab = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens');
const isoDate = z.iso.date();
const missing = z.literal('missing');

/** The thirteen source attributes of 45 CFR 170.315(b)(11)(iv)(A); `missing` is shown as missing. */
const sourceSchema = z.strictObject({
  citation: z.string(),
  url: z.url().optional(),
  developer: z.string(),
  funding: z.string(),
  released: isoDate.or(missing),
  revised: isoDate.or(missing),
  uses: z.strictObject({
    race: z.boolean(),
    ethnicity: z.boolean(),
    language: z.boolean(),
    sexualOrientation: z.boolean(),
    genderIdentity: z.boolean(),
    sex: z.boolean(),
    dateOfBirth: z.boolean(),
    socialDeterminants: z.boolean(),
    healthStatusAssessments: z.boolean(),
  }),
});

/**
 * Windows of one step, counted from the day the step became possible (`due` of the CQL where it gives one, else `after`
 * or the trigger). A step is due from `due` on, overdue from `overdue`, critical from `critical`, due soon from `soon`
 * before it is due.
 */
const windowsSchema = z.strictObject({
  soon: durationSchema.optional(),
  due: durationSchema,
  overdue: durationSchema,
  critical: durationSchema.optional(),
});

const indicatorSchema = z.enum(['info', 'warning', 'critical']);

/** A card's words. `{{fact}}` is replaced; a line of the detail that names an absent fact is left out. */
const cardSchema = z.strictObject({
  indicator: indicatorSchema,
  summary: z.string().max(200),
  detail: z.string(),
});

const suggestionSchema = z.strictObject({
  label: z.string().max(80),
  /** Facts that must be there, or must not, for the suggestion to be made. */
  if: z.string().optional(),
  unless: z.string().optional(),
  recommended: z.boolean().default(false),
  actions: z
    .array(
      z.union([
        z.strictObject({
          type: z.literal('create'),
          description: z.string(),
          resource: z.looseObject({ resourceType: z.string() }),
        }),
        z.strictObject({ type: z.literal('delete'), description: z.string(), resource: z.enum(['focus', 'with']) }),
      ]),
    )
    .min(1),
});

const common = {
  id: kebab,
  title: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'expected a semantic version such as 1.0.0'),
  status: z.enum(['draft', 'shadow', 'active', 'retired']),
  owner: z.string().min(1),
  review: isoDate,
  hooks: z.array(z.string().min(1)).min(1),
  clocks: z.array(z.enum(['hook', 'night'])).min(1),
  source: sourceSchema,
  rationale: z.string().min(1),
  /** The ages, in completed years, that the rule was written for; outside them it says nothing. */
  ages: z.union([z.literal('any'), z.strictObject({ from: z.int().min(0).default(0), to: z.int().optional() })], {
    error: 'expected "any", or from and to in completed years',
  }),
  /** Rules that must speak for this one to speak: it leaves to them what it would otherwise say. */
  needs: z.array(kebab).default([]),
  /** How far back each dated resource type that the library retrieves matters: a length of time, or `ever`. */
  lookBack: z.record(z.string(), durationSchema.or(z.literal('ever'))).default({}),
  /** Numbers, words and switches that a site may change: CQL parameters of the library, with what they mean. */
  settings: z.record(z.string(), z.string()).default({}),
  suggestions: z.array(suggestionSchema).default([]),
  links: z.array(z.strictObject({ label: z.string(), url: z.url() })).default([]),
  overrideReasons: z.array(z.enum(overrideReasonCodes)).default([]),
};

const careCards = z.partialRecord(
  z.enum(['due-soon', 'due', 'overdue', 'critical', 'in-progress', 'unknown']),
  cardSchema,
);

/**
 * The value sets of which a code, once seen at a site, shows that what completes the matter can be seen there: any of a
 * list, or of lists one each. Until then nothing is due: it cannot be told whether it was done.
 */
const completionSchema = z
  .array(kebab)
  .min(1)
  .transform((ids) => [ids])
  .or(z.array(z.array(kebab).min(1)))
  .default([]);

/** Where a rule about care speaks: the class of the encounter in which the chart is opened. */
const encounterClasses = ['ambulatory', 'virtual', 'home', 'emergency', 'inpatient'] as const;

/** For whom the card is written; shown in the catalogue. */
const audiences = ['prescriber', 'nurse', 'pharmacist', 'coordinator'] as const;

const careFields = {
  encounters: z.array(z.enum(encounterClasses)).min(1).default(['ambulatory', 'virtual', 'home']),
  audience: z.array(z.enum(audiences)).min(1).default(['prescriber', 'nurse']),
  /** What is due and why, in words for the patient. */
  patientText: z.string().max(600).optional(),
  completion: completionSchema,
  tracks: z.record(kebab, z.record(kebab, windowsSchema)),
  cards: careCards,
};

/**
 * What an order rule is about, together with what else must be there for it to be able to fire. `draft` names drug classes,
 * or value sets of codes that a draft which is no drug has (a vaccine, an imaging study); `any` is every draft. `with` names
 * drug classes, or `same-ingredient`: another exposure to an ingredient of the draft.
 */
const gateSchema = z
  .array(
    z.strictObject({
      draft: z.literal('any').or(z.array(kebab).min(1)),
      with: z.literal('same-ingredient').or(z.array(kebab).min(1)).optional(),
      in: z.array(z.enum(['draft', 'active', 'held', 'recent', 'reported', 'allergy', 'condition', 'order'])).min(1),
    }),
  )
  .min(1);

/**
 * What a circumstance that the library judges does to the tier: `raise` and `lower` by one, `cap` and `floor` to `to`,
 * `silence` where no floor holds. It stands here and not in the CQL so that a clinician reads, and a site can change it.
 */
const modifierSchema = z.discriminatedUnion('effect', [
  z.strictObject({ effect: z.enum(['raise', 'lower', 'silence']), label: z.string() }),
  z.strictObject({ effect: z.enum(['cap', 'floor']), to: indicatorSchema, label: z.string() }),
]);

/**
 * One clinical problem that the library's alerts name: its tier before modifiers, and its words. Alerts of several rules
 * that share the problem and an order become one card.
 */
const problemSchema = z.strictObject({
  base: indicatorSchema,
  /** The name under which it is one matter with problems of other rules; its own id unless given. */
  matter: kebab.optional(),
  /** From which tier on the alert interrupts whoever orders; below, or `never`, it is shown in passing. */
  interrupts: indicatorSchema.or(z.literal('never')).default('warning'),
  modifiers: z.record(kebab, modifierSchema).default({}),
  card: z.strictObject({
    summary: z.string().max(200),
    /** What to do. A line that names an absent fact is left out. */
    detail: z.string(),
    /** What an alert about an interaction must say (HL7 PDDI-CDS, minimum information). */
    consequence: z.string().optional(),
    serious: z.boolean().optional(),
    mechanism: z.string().optional(),
    frequency: z.string().default('unknown'),
    evidence: z.string().optional(),
  }),
});

const orderFields = {
  gate: gateSchema,
  /** Drug classes that only modifiers read: they change a tier and open no gate. */
  alsoReads: z.array(kebab).default([]),
  /**
   * Rules that know more of some drug classes: where one of them speaks here, this rule says nothing of drafted ingredients
   * of these classes.
   */
  yieldsTo: z.record(kebab, z.array(kebab).min(1)).default({}),
  /** Pairs that must never interrupt (non-interruptive.yaml) and yet do, once a clinician has signed this rule: with the reason. */
  exceptions: z.record(kebab, z.string()).default({}),
  /** By the `problem` that an alert of the library names. */
  problems: z.record(kebab, problemSchema),
};

/** `rule.yaml`, the manifest of one rule folder. */
export const manifestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reminder'), ...common, ...careFields }),
  z.strictObject({ kind: z.literal('follow-up'), ...common, ...careFields }),
  z.strictObject({ kind: z.literal('order'), ...common, ...orderFields }),
]);

/** "any", "18 and over", "12 to 55". */
export const agesInWords = (ages: Manifest['ages']): string =>
  ages === 'any' ? 'any' : `${ages.from}${ages.to === undefined ? ' and over' : ` to ${ages.to}`}`;

export type EncounterClass = (typeof encounterClasses)[number];
export type Manifest = z.infer<typeof manifestSchema>;
export type CareManifest = Extract<Manifest, { kind: 'reminder' | 'follow-up' }>;
export type OrderManifest = Extract<Manifest, { kind: 'order' }>;
export type Windows = z.infer<typeof windowsSchema>;
export type Indicator = z.infer<typeof indicatorSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type Modifier = z.infer<typeof modifierSchema>;
export type GateClause = z.infer<typeof gateSchema>[number];
export type CardText = z.infer<typeof cardSchema>;
export type SuggestionText = z.infer<typeof suggestionSchema>;

/** `services.yaml`: what an EHR sees. One id may appear for several hooks; `(id, hook)` is the key. */
export const servicesSchema = z.strictObject({
  services: z
    .array(
      z.strictObject({
        id: kebab,
        hooks: z.array(z.string().min(1)).min(1),
        title: z.string(),
        description: z.string(),
        families: z.array(kebab).min(1),
        mostCards: z.int().positive().default(10),
        /** What the service does not check: said in discovery, in the catalogue and under each card. */
        notChecked: z.array(z.string()).default([]),
      }),
    )
    .min(1),
});

export type ServiceEntry = z.infer<typeof servicesSchema>['services'][number];

/** A value set file: codes with their names, by the short name of their system. */
export const valueSetSchema = z.strictObject({
  id: kebab,
  title: z.string(),
  /** `drug-class` is a set of RxNorm ingredients; exposures name the classes they belong to. */
  kind: z.enum(['codes', 'drug-class']).default('codes'),
  source: z.string(),
  codes: z.record(z.string(), z.record(z.string(), z.string())),
});

export type ValueSetFile = z.infer<typeof valueSetSchema>;

/** What a value set is of: codes of any kind, ingredients of drugs, or what is measured. */
export type ValueSetKind = (ValueSetFile | AnalyteFile)['kind'];

/** How a value of a unit becomes one of the analyte's: times the factor, plus the offset. */
const conversionSchema = z.union([
  z.number().positive(),
  z.strictObject({
    factor: z.number().positive(),
    offset: z.number().default(0),
    /** To how many decimals the analyte is reported in its own unit; published pairs of both units are then equal. */
    decimals: z.int().min(0).optional(),
    source: z.string().optional(),
  }),
]);

/** An analyte file: a value set of what is measured, the UCUM unit that rules compare it in, and other units it comes in. */
export const analyteSchema = z.strictObject({
  ...valueSetSchema.shape,
  kind: z.literal('analyte'),
  unit: z.string().min(1),
  units: z.record(z.string().min(1), conversionSchema).default({}),
});

export type AnalyteFile = z.infer<typeof analyteSchema>;

/** `unit-spellings.yaml`: what UCUM calls the units that charts spell in other ways. */
export const unitSpellingsSchema = z.strictObject({ spellings: z.record(z.string().min(1), z.string().min(1)) });
