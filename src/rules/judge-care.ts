import type { FhirResource } from 'fhir/r4.js';
import type { CqlValue } from '../cql/engine.ts';
import { addDuration, daysBetween } from './duration.ts';
import { type CareFinding, type Finding, findingKey } from './finding.ts';
import type { CareManifest, Windows } from './manifest.ts';
import { asDay, asFacts, asList, asResources, asText, asTuple } from './read-value.ts';

/** What the definitions of a care rule's library gave. */
export interface CareValues {
  readonly inPopulation: CqlValue;
  readonly exclusions: CqlValue;
  readonly missing: CqlValue;
  readonly instances: CqlValue;
  readonly facts: CqlValue;
}

export interface CareSubject {
  readonly source: string;
  readonly patientId: string;
  /** The clinic's calendar day, YYYY-MM-DD. */
  readonly today: string;
}

/**
 * The findings of a care rule: the manifest's windows and today turn its steps into met, due soon, due, overdue or in
 * progress. Pure, and the same on both clocks.
 */
export const judgeCare = (manifest: CareManifest, values: CareValues, subject: CareSubject): readonly Finding[] => {
  const { today } = subject;
  const questions = asList(values.missing).map(
    (item) => asText(asTuple(item).question) ?? asText(asTuple(item).what) ?? '',
  );
  const common = (focus: string, evidence: readonly FhirResource[] = []) => ({
    key: findingKey(subject.source, subject.patientId, manifest.id, focus),
    rule: manifest.id,
    evidence,
    missing: questions,
    facts: asFacts(values.facts),
  });

  if (values.inPopulation === false)
    return [{ ...common(''), status: 'not-applicable', reason: 'not in the population' }];
  if (values.inPopulation !== true)
    return [
      {
        ...common(''),
        status: 'unknown',
        reason: questions.join('; ') || 'population could not be decided',
        ...(questions.length > 0 && { questions }),
      },
    ];
  if (typeof values.exclusions === 'boolean')
    throw new Error('"Exclusions" gave a truth value, expected a list of tuples with a reason');
  const exclusion = asList(values.exclusions)
    .map(asTuple)
    .find(({ until }) => until == null || (asDay(until) ?? today) >= today);
  if (exclusion)
    return [
      {
        ...common('', asResources(exclusion.evidence)),
        status: 'excluded',
        reason: asText(exclusion.reason) ?? 'excluded',
      },
    ];

  // Null is "could not be decided"; an empty list is "nothing to do".
  if (values.instances === null)
    return [{ ...common(''), status: 'unknown', reason: 'the steps could not be decided' }];
  return asList(values.instances)
    .map(asTuple)
    .flatMap((instance) => {
      const track = manifest.tracks[asText(instance.track) ?? ''];
      return asList(instance.steps).map((item): Finding => {
        const step = asTuple(item);
        const name = asText(step.step) ?? '';
        const focus = [asText(instance.key), name].filter(Boolean).join('/');
        const base = common(focus, [...asResources(instance.evidence), ...asResources(step.doneBy)]);
        const windows = track?.[name];
        if (!windows)
          return {
            ...base,
            status: 'unknown',
            reason: `the manifest has no windows for ${asText(instance.track)}.${name}`,
          };
        const judged = judgeStep(windows, {
          start: asDay(step.due) ?? asDay(step.after) ?? asDay(instance.start),
          done: step.due == null && step.done != null,
          everDone: step.done != null,
          pending: asResources(step.pending).length > 0,
          today,
        });
        if ('reason' in judged) return { ...base, ...judged };
        const facts = { ...base.facts, ...careFacts(judged, asDay(step.done), today) };
        return { ...base, ...judged, step: name, facts };
      });
    });
};

interface Step {
  readonly start: string | undefined;
  /** Done, with nothing that says when it is due again. */
  readonly done: boolean;
  readonly everDone: boolean;
  readonly pending: boolean;
  readonly today: string;
}

type Judged =
  | Pick<CareFinding, 'status' | 'due' | 'overdue' | 'critical'>
  | { readonly status: 'not-applicable' | 'unknown'; readonly reason: string };

const judgeStep = (windows: Windows, { start, done, everDone, pending, today }: Step): Judged => {
  if (start === undefined) return { status: 'unknown', reason: 'the day from which to count is not known' };
  const due = addDuration(start, windows.due);
  const overdue = addDuration(start, windows.overdue);
  const critical = windows.critical !== undefined && today >= addDuration(start, windows.critical);
  const dates = { due, overdue, critical };
  if (done) return { ...dates, critical: false, status: 'met' };
  if (today < (windows.soon ? addDuration(due, windows.soon, -1) : due))
    return everDone ? { ...dates, status: 'met' } : { status: 'not-applicable', reason: `not due before ${due}` };
  if (pending) return { ...dates, critical: false, status: 'in-progress' };
  return { ...dates, status: today >= overdue ? 'overdue' : today >= due ? 'due' : 'due-soon' };
};

const careFacts = (
  { due, overdue }: { due: string; overdue: string },
  lastDone: string | undefined,
  today: string,
) => ({
  due,
  overdue,
  ...(today > due && { daysPastDue: String(daysBetween(due, today)) }),
  ...(lastDone !== undefined && { lastDone }),
});
