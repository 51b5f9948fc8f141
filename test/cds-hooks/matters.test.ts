import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { mattersOf, presentationOf } from '../../src/cds-hooks/matters.ts';
import type { AlertFinding, Finding } from '../../src/rules/finding.ts';
import { alertOf, unknownOf } from '../support/findings.ts';

const drug = (id: string) => ({ resourceType: 'MedicationRequest', id }) as FhirResource;
const alert = (rule: string, elements: Partial<AlertFinding> = {}): AlertFinding =>
  alertOf(rule, { with: [drug('taken')], ...elements });
const grouped = (findings: readonly Finding[]) =>
  mattersOf(findings).map((matter) => matter.map(({ rule }) => rule).join('+'));

describe('one matter', () => {
  it('is what several rules say of one problem and one order, the gravest first', () => {
    expect(grouped([alert('a'), alert('b', { with: [drug('other')], indicator: 'critical' })])).toEqual(['b+a']);
  });

  it('is what is said of an order and of another that it is paired with', () => {
    expect(grouped([alert('a', { with: [drug('second')] }), alert('b', { focus: drug('second') })])).toEqual(['a+b']);
  });

  it('is not two problems, nor one problem of two orders that share what the patient takes', () => {
    expect(grouped([alert('a'), alert('b', { matter: 'sedation' })])).toEqual(['a', 'b']);
    expect(grouped([alert('a'), alert('b', { focus: drug('second') })])).toEqual(['a', 'b']);
  });

  it('is one also where a third finding joins two', () => {
    const [one, two] = [alert('a'), alert('b', { focus: drug('second') })];
    expect(grouped([one, two, alert('c', { focus: drug('second'), with: [drug('draft')] })])).toEqual(['a+b+c']);
  });

  it('is told by the order itself where it came without id', () => {
    const [first, second] = [
      { resourceType: 'MedicationRequest' },
      { resourceType: 'MedicationRequest' },
    ] as FhirResource[];
    expect(
      grouped([alert('a', { focus: first as FhirResource }), alert('b', { focus: second as FhirResource })]),
    ).toEqual(['a', 'b']);
    expect(
      grouped([alert('a', { focus: first as FhirResource }), alert('b', { focus: first as FhirResource })]),
    ).toEqual(['a+b']);
  });
});

describe('matters', () => {
  it('come by gravity, and of one gravity what interrupts first', () => {
    const of = (rule: string, indicator: AlertFinding['indicator'], presentation: AlertFinding['presentation']) =>
      alert(rule, { indicator, presentation, focus: drug(rule), with: [] });
    const findings = [
      of('d', 'info', 'passive'),
      of('c', 'warning', 'passive'),
      of('b', 'warning', 'interrupt'),
      of('a', 'critical', 'passive'),
    ];
    expect(grouped(findings)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('of findings that are no alerts are one each', () => {
    expect(grouped([unknownOf('a'), unknownOf('b')])).toEqual(['a', 'b']);
  });
});

describe('a matter is shown', () => {
  it('so that it interrupts where any of it does, though the gravest of it would not', () => {
    const grave = alert('a', { indicator: 'critical', presentation: 'passive' });
    expect(presentationOf([grave, alert('b')])).toBe('interrupt');
    expect(presentationOf([grave])).toBe('passive');
    expect(presentationOf([unknownOf('a')])).toBeUndefined();
  });
});
