import type { FhirResource } from 'fhir/r4.js';
import { z } from 'zod';
import { misshapenIn } from '../fhir/shape.ts';

/** CDS Hooks requests as clients send them: elements we do not know are kept and ignored (CDS Hooks 2.0, Extensions). */

const id = z.string().min(1).max(200);
const reference = z.string().min(1);
/** It becomes a segment of an address on the FHIR server, where dots alone would lead elsewhere. */
const patientId = id.refine(
  (text) => text.isWellFormed() && !/^(Patient\/|\.{1,2}|Patient\/\.{1,2})$/.test(text),
  'expected the id of a Patient',
);
const bundle = z.looseObject({
  resourceType: z.literal('Bundle'),
  // The HL7 sandbox sends drafts without `type`.
  entry: z
    .array(
      z.looseObject({
        fullUrl: z.string().optional(),
        resource: z
          .looseObject({ resourceType: z.string().min(1) })
          .check(({ value, issues }) => {
            const found = misshapenIn(value as unknown as FhirResource);
            if (found) issues.push({ code: 'custom', path: [...found.path], message: found.what, input: value });
          })
          .optional(),
      }),
    )
    .default([]),
});

/** Some clients send null where an optional element has no value. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const patientContext = { userId: reference, patientId, encounterId: optional(id) };

/** The context of every hook of the HL7 hook library, by the hook's name. */
const contexts = {
  'patient-view': z.looseObject(patientContext),
  'order-select': z.looseObject({ ...patientContext, selections: z.array(z.string()), draftOrders: bundle }),
  'order-sign': z.looseObject({ ...patientContext, draftOrders: bundle }),
  'order-dispatch': z.looseObject({
    patientId,
    dispatchedOrders: z.array(reference),
    performer: reference,
    fulfillmentTasks: optional(z.array(z.looseObject({ resourceType: z.literal('Task') }))),
  }),
  'appointment-book': z.looseObject({ ...patientContext, appointments: bundle }),
  'encounter-start': z.looseObject({ ...patientContext, encounterId: id }),
  'encounter-discharge': z.looseObject({ ...patientContext, encounterId: id }),
  'allergyintolerance-create': z.looseObject({
    ...patientContext,
    allergyIntolerance: z.looseObject({ resourceType: z.string() }),
  }),
  'problem-list-item-create': z.looseObject({ ...patientContext, conditions: bundle }),
  'medication-refill': z.looseObject({ ...patientContext, userId: optional(reference), medications: bundle }),
} as const;

type HookName = keyof typeof contexts;

const isKnownHook = (hook: string): hook is HookName => Object.hasOwn(contexts, hook);

/** The version of each hook's published definition whose context is read here. */
export const hookVersions: Readonly<Record<string, string>> = {
  'patient-view': '1.0',
  'order-select': '1.0',
  'order-sign': '1.0',
  'order-dispatch': '1.1',
  'appointment-book': '1.0',
  'encounter-start': '1.0',
  'encounter-discharge': '1.0',
  'allergyintolerance-create': '0.1.0',
  'problem-list-item-create': '0.1.0',
  'medication-refill': '0.1.0',
};

const fhirAuthorization = z.looseObject({
  // What cannot stand in a header would be quoted by the error that says so.
  access_token: z.string().regex(/^[!-~]+$/, 'expected visible ASCII characters'),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  scope: z.string(),
  subject: z.string(),
  patient: optional(z.string()),
});

const envelope = z.looseObject({
  hook: z.string().min(1),
  hookInstance: z.guid('expected a UUID'),
  fhirServer: optional(z.url({ protocol: /^https?$/, error: 'expected an http or https URL' })),
  fhirAuthorization: optional(fhirAuthorization),
  prefetch: optional(z.record(z.string(), z.unknown())),
  context: z.looseObject({}),
});

/** A request that says all it must; `context` has at least the patient. */
export interface CdsHooksRequest {
  readonly hook: string;
  readonly hookInstance: string;
  readonly fhirServer?: string | undefined;
  readonly fhirAuthorization?: z.output<typeof fhirAuthorization> | undefined;
  readonly prefetch?: Readonly<Record<string, unknown>> | undefined;
  readonly extension?: unknown;
  readonly context: {
    readonly patientId: string;
    readonly userId?: string | undefined;
    readonly encounterId?: string | undefined;
    readonly draftOrders?: z.output<typeof bundle>;
    readonly selections?: readonly string[];
    readonly [field: string]: unknown;
  };
}

export interface RequestIssue {
  /** FHIRPath-like: `context.draftOrders.entry[0].resource`. */
  readonly where: string;
  readonly what: string;
}

/** Reads a request body; every fault is told with its place. */
export const parseRequest = (
  body: unknown,
): { readonly request: CdsHooksRequest } | { readonly issues: readonly RequestIssue[] } => {
  const outer = envelope.safeParse(body);
  if (!outer.success) return { issues: outer.error.issues.map((issue) => toIssue(issue, [])) };
  const { hook, context } = outer.data;
  const schema = isKnownHook(hook) ? contexts[hook] : z.looseObject({ patientId });
  // Clients of the drafts before 1.0 name the user beside the context.
  const { user } = outer.data;
  const inner = schema.safeParse(typeof user === 'string' ? { userId: user, ...context } : context);
  if (!inner.success) return { issues: inner.error.issues.map((issue) => toIssue(issue, ['context'])) };
  const own = inner.data.patientId.replace(/^Patient\//, '');
  return { request: { ...outer.data, context: { ...inner.data, patientId: own } } as CdsHooksRequest };
};

const toIssue = ({ path, message }: z.core.$ZodIssue, prefix: readonly string[]): RequestIssue => ({
  where: [...prefix, ...path].reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
    '',
  ),
  what: message,
});
