import { createHash } from 'node:crypto';
import { createRecent } from '../recent.ts';
import type { AlertFinding, Finding } from '../rules/finding.ts';
import type { CdsHooksRequest } from './schema.ts';

/** How long an alert that was shown while selecting counts as seen when the orders are signed. */
const rememberedMs = 4 * 3_600_000;

/** How many encounters are remembered, some 200 bytes each. */
const mostEncounters = 20_000;

/**
 * The alerts that clinicians were shown while they selected orders, by hash. Nothing of a patient is kept; what is forgotten
 * or was shown by another process is told again.
 */
export interface ShownAlerts {
  has(encounter: string, alert: string): boolean;
  add(encounter: string, alerts: readonly string[]): void;
}

export interface ShownAlertsOptions {
  readonly now: () => number;
  /** The name under which the threads of one process tell each other; none unless given. */
  readonly channel?: string | undefined;
}

export const createShownAlerts = ({ now, channel }: ShownAlertsOptions): ShownAlerts => {
  const encounters = createRecent<Map<string, number>>(mostEncounters);
  const remember = ({ encounter, alerts }: Shown) => {
    const known = encounters(encounter, () => new Map());
    for (const alert of alerts) known.set(alert, now());
  };
  const others = channel === undefined ? undefined : new BroadcastChannel(channel);
  if (others) {
    others.onmessage = ({ data }) => remember(data as Shown);
    others.unref();
  }
  return {
    has: (encounter, alert) => {
      const at = encounters(encounter, () => new Map()).get(alert);
      return at !== undefined && now() - at < rememberedMs;
    },
    add: (encounter, alerts) => {
      const shown: Shown = { encounter, alerts };
      remember(shown);
      others?.postMessage(shown);
    },
  };
};

interface Shown {
  readonly encounter: string;
  readonly alerts: readonly string[];
}

/** What a client asks about repeats (HL7 PDDI-CDS, configuration options); without a word nothing is left out. */
interface RepeatOptions {
  /** Shown alerts are to be remembered, so that order-sign can leave them out. */
  readonly cache: boolean;
  /** What was shown before, and has not changed, is to be left out. */
  readonly filter: boolean;
}

const repeatOptionsOf = ({ extension }: CdsHooksRequest): RepeatOptions => {
  // Extensions of any shape must be borne.
  const items = ((extension as Readonly<Record<string, unknown>> | null | undefined)?.['pddi-configuration-items'] ??
    {}) as Readonly<Record<string, unknown>>;
  return {
    cache: items['cache-for-order-sign-filtering'] === true,
    filter: items['filter-out-repeated-alerts'] === true,
  };
};

/** The options that discovery offers, as PDDI-CDS has services offer them. */
export const repeatOptionsOffered = {
  'pddi-configuration-items': [
    {
      code: 'cache-for-order-sign-filtering',
      type: 'boolean',
      name: 'Cache alerts for filtering at order-sign',
      description: 'Remember the alerts shown at order-select, so that order-sign can leave them out.',
    },
    {
      code: 'filter-out-repeated-alerts',
      type: 'boolean',
      name: 'Filter out repeated alerts',
      description:
        'Leave out alerts that were shown at order-select and have not changed. None are left out by default.',
    },
  ],
} as const;

/** One clinician with one patient in one encounter, as a hash. */
const encounterKey = ({ fhirServer, context }: CdsHooksRequest): string =>
  hash([fhirServer, context.userId, context.patientId, context.encounterId]);

/**
 * What an alert says, as a hash: the same as long as the order, what it was checked against, the tier, and what was and was
 * not judged are the same. That an order has another id or status when it is signed is no change.
 */
const alertKey = (alert: AlertFinding): string => {
  const { rule, problem, indicator, focus, with: others, applied, notJudged, facts } = alert;
  const content = ({ id: _, meta: _meta, ...resource }: { id?: unknown; meta?: unknown }) => ({
    ...resource,
    status: '',
  });
  return hash([
    rule,
    problem,
    indicator,
    applied.map(({ id }) => id).sort(),
    notJudged.map(({ id }) => id).sort(),
    facts,
    content(focus),
    others.map(content),
  ]);
};

const hash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);

/**
 * The matters that are to be told, less those that the client asks to leave out because all of them was shown while
 * selecting and nothing has changed; those that are told while selecting are remembered where the client asks for it.
 */
export const withoutRepeats = (
  matters: readonly (readonly Finding[])[],
  request: CdsHooksRequest,
  shown: ShownAlerts | undefined,
): readonly (readonly Finding[])[] => {
  const { cache, filter } = repeatOptionsOf(request);
  if (!shown || !(cache || filter)) return matters;
  const encounter = encounterKey(request);
  const told = filter
    ? matters.filter((matter) => !matter.every((finding) => isRepeated(finding, encounter, shown)))
    : matters;
  const alerts = told.flat().filter((finding) => finding.status === 'alert');
  if (cache && request.hook === 'order-select') shown.add(encounter, alerts.map(alertKey));
  return told;
};

/** What has a floor is never left out: no policy of the host goes below it. */
const isRepeated = (finding: Finding, encounter: string, shown: ShownAlerts): boolean =>
  finding.status === 'alert' &&
  !finding.applied.some(({ effect }) => effect === 'floor') &&
  shown.has(encounter, alertKey(finding));
