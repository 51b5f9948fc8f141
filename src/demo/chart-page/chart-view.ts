import type { Resource } from 'fhir/r4.js';
import { allergyRow, doneRow, medicationRow, problemRow, type Row, serviceRow, statementRow } from './chart-row.ts';
import type { Chart, ChartType } from './ehr-client.ts';
import type { Problem } from './exchange.ts';
import { resultRows } from './results-view.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly empty: string;
  readonly problems: readonly Problem[];
  readonly more: boolean;
}

const mostResults = 14;

/** The sections of a chart, in the order in which a clinician looks. */
export const chartSections = ({ listings }: Chart): readonly Section[] => {
  const section = (
    id: string,
    title: string,
    types: readonly ChartType[],
    rows: (...of: Resource[][]) => readonly Row[],
    empty: string,
  ): Section => {
    const read = types.map((type) => listings.get(type) ?? { resources: [], more: false });
    return {
      id,
      title,
      rows: currentFirst(rows(...read.map(({ resources }) => [...resources]))),
      empty,
      problems: read.flatMap(({ problem }, at) =>
        problem ? [{ ...problem, title: `${types[at]}: could not be read` }] : [],
      ),
      more: read.some(({ more }) => more),
    };
  };
  return [
    section(
      'allergies',
      'Allergies',
      ['AllergyIntolerance'],
      (found = []) => found.flatMap(allergyRow),
      'None on record',
    ),
    section('problems', 'Problems', ['Condition'], (found = []) => found.flatMap(problemRow), 'None on record'),
    section(
      'medications',
      'Medications',
      ['MedicationRequest', 'MedicationStatement'],
      (requests = [], statements = []) => [...requests.flatMap(medicationRow), ...statements.flatMap(statementRow)],
      'None on record',
    ),
    section(
      'results',
      'Recent results',
      ['Observation'],
      (found = []) => resultRows(found, mostResults),
      'None on record',
    ),
    section(
      'service-orders',
      'Orders for tests and procedures',
      ['ServiceRequest'],
      (found = []) => found.flatMap(serviceRow),
      'None',
    ),
    section(
      'done',
      'Procedures, reports, vaccines',
      ['Procedure', 'DiagnosticReport', 'Immunization'],
      (...found) =>
        found
          .flat()
          .flatMap(doneRow)
          .toSorted((a, b) => (b.date ?? '').localeCompare(a.date ?? '')),
      'None on record',
    ),
  ];
};

/** The allergies in a few words, for the bar on top. */
export const allergyWords = (sections: readonly Section[]): string => {
  const allergies = sections.find(({ id }) => id === 'allergies');
  if (allergies === undefined || allergies.problems.length > 0) return 'could not be read';
  const names = allergies.rows.filter(({ past }) => !past).map(({ name }) => name);
  return names.length > 0 ? names.join(', ') : 'none on record';
};

const currentFirst = (rows: readonly Row[]): readonly Row[] => [
  ...rows.filter(({ past }) => !past),
  ...rows.filter(({ past }) => past),
];
