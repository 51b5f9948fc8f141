import { z } from 'zod';

/** Cards as any CDS Service may send them; what this page does not draw is left out. */

const coding = z.object({
  system: z.string().optional(),
  code: z.string().optional(),
  display: z.string().optional(),
});

const action = z.object({
  type: z.enum(['create', 'update', 'delete']),
  description: z.string().default(''),
  resource: z.looseObject({ resourceType: z.string().min(1), id: z.string().optional() }).optional(),
  resourceId: z.union([z.string(), z.array(z.string())]).optional(),
});

const suggestion = z.object({
  label: z.string().min(1),
  uuid: z.string().optional(),
  isRecommended: z.boolean().default(false),
  actions: z.array(action).default([]),
});

const link = z.object({ label: z.string().min(1), url: z.string(), type: z.enum(['absolute', 'smart']) });

export const cdsCardSchema = z.object({
  uuid: z.string().optional(),
  summary: z.string().min(1),
  detail: z.string().default(''),
  indicator: z.enum(['info', 'warning', 'critical']),
  source: z.object({ label: z.string().min(1), url: z.string().optional(), topic: coding.optional() }),
  suggestions: z.array(suggestion).default([]),
  overrideReasons: z.array(coding).default([]),
  links: z.array(link).default([]),
  extension: z
    .object({ 'org.carehook.presentation': z.enum(['interrupt', 'passive']).optional() })
    .optional()
    .catch(undefined),
});

export type CdsCard = z.output<typeof cdsCardSchema>;
export type CdsAction = z.output<typeof action>;
export type Indicator = CdsCard['indicator'];

const order: readonly Indicator[] = ['critical', 'warning', 'info'];

/** Gravest first; cards of one indicator stay in the order in which they came. */
export const byGravity = <T extends { readonly card: Pick<CdsCard, 'indicator'> }>(cards: readonly T[]): readonly T[] =>
  [...cards].sort((a, b) => order.indexOf(a.card.indicator) - order.indexOf(b.card.indicator));
