import { z } from 'zod';

/**
 * What CDS Hooks asks of a response, checked on every card before it leaves (CDS Hooks 2.0, CDS Service Response;
 * no element null or empty, 2.0 "Use of JSON").
 */
const text = z.string().min(1);

/** CDS Hooks 2.0, Card Attributes: "summary … <140 characters". */
export const summaryLength = 139;

const absoluteUrl = z.url({ protocol: /^https?$/ });

const coding = z.strictObject({ system: text, code: text, display: text.optional() });

const action = z.union([
  z.strictObject({
    type: z.enum(['create', 'update']),
    description: text,
    resource: z.looseObject({ resourceType: text }),
  }),
  z.strictObject({
    type: z.literal('delete'),
    description: text,
    resourceId: z.string().regex(/^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/),
  }),
]);

const suggestion = z.strictObject({
  label: text,
  uuid: z.guid(),
  isRecommended: z.literal(true).optional(),
  actions: z.array(action).min(1),
});

const link = z.union([
  z.strictObject({ label: text, url: absoluteUrl, type: z.literal('absolute') }),
  z.strictObject({ label: text, url: absoluteUrl, type: z.literal('smart'), appContext: text.optional() }),
]);

/** Whether the card should interrupt whoever orders, which `indicator` (how grave) does not say. */
export const presentationExtension = 'org.carehook.presentation';

export const cardSchema = z
  .strictObject({
    uuid: z.guid(),
    summary: text.max(summaryLength),
    detail: text.optional(),
    indicator: z.enum(['info', 'warning', 'critical']),
    source: z.strictObject({
      label: text,
      url: absoluteUrl.optional(),
      icon: absoluteUrl.optional(),
      topic: coding.optional(),
    }),
    suggestions: z.array(suggestion).min(1).optional(),
    selectionBehavior: z.enum(['at-most-one', 'any']).optional(),
    overrideReasons: z
      .array(coding.required({ display: true }))
      .min(1)
      .optional(),
    links: z.array(link).min(1).optional(),
    extension: z.strictObject({ [presentationExtension]: z.enum(['interrupt', 'passive']) }).optional(),
  })
  .refine(
    ({ suggestions, selectionBehavior }) => !suggestions || selectionBehavior !== undefined,
    'selectionBehavior is required with suggestions',
  )
  .refine(
    ({ suggestions = [], selectionBehavior }) =>
      selectionBehavior !== 'at-most-one' || suggestions.filter(({ isRecommended }) => isRecommended).length <= 1,
    'at most one suggestion may be recommended',
  );

/** The system of `source.topic`: a rule's id, or what the service says of itself. */
export const ruleSystem = 'http://carehook.org/fhir/CodeSystem/rule';

export type Card = z.output<typeof cardSchema>;

export const responseSchema = z.strictObject({ cards: z.array(cardSchema) });
