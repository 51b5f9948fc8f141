import type { Dosage } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { dailyDoseOf } from '../../src/record/daily-dose.ts';
import { resource } from '../support/record.ts';

const tablet = { code: '5640', name: 'ibuprofen', strength: { value: 200, unit: 'mg' } };
const liquid = { code: '5640', name: 'ibuprofen', strength: { value: 20, unit: 'mg', per: 'mL' } };
const inhaler = { code: '435', name: 'albuterol', strength: { value: 0.09, unit: 'mg', per: '{actuat}' } };

const dose = (dosages: readonly object[], ingredient: Parameters<typeof dailyDoseOf>[1] = tablet, alone = true) =>
  dailyDoseOf(resource('MedicationRequest', { dosageInstruction: dosages as Dosage[] }), ingredient, alone);
const timed = (repeat: object, value = 1, unit = 'tablet') => ({
  doseAndRate: [{ doseQuantity: { value, unit } }],
  timing: { repeat },
});

describe('the dose of a day', () => {
  it.each([
    ['twice a day', timed({ frequency: 2, period: 1, periodUnit: 'd' }), 400],
    ['every six hours', timed({ frequency: 1, period: 6, periodUnit: 'h' }), 800],
    ['every four to six hours', timed({ period: 4, periodMax: 6, periodUnit: 'h' }), 1200],
    ['once to three times a day', timed({ frequency: 1, frequencyMax: 3, period: 1, periodUnit: 'd' }), 600],
    ['every other day', timed({ frequency: 1, period: 2, periodUnit: 'd' }), 200],
    ['three times in two days', timed({ frequency: 3, period: 2, periodUnit: 'd' }), 400],
    ['every five hours', timed({ frequency: 1, period: 5, periodUnit: 'h' }), 1000],
    ['every 72 hours', timed({ frequency: 1, period: 72, periodUnit: 'h' }), 200],
    ['once a week', timed({ frequency: 1, period: 1, periodUnit: 'wk' }), 200],
    ['twice a week', timed({ frequency: 2, period: 1, periodUnit: 'wk' }), 200],
    ['fourteen times a week', timed({ frequency: 14, period: 1, periodUnit: 'wk' }), 400],
    ['once a month', timed({ frequency: 1, period: 1, periodUnit: 'mo' }), 200],
    ['on two days of a week', timed({ period: 1, periodUnit: 'wk', dayOfWeek: ['mon', 'thu'] }), 200],
    [
      'four times on two days of a week',
      timed({ frequency: 4, period: 1, periodUnit: 'wk', dayOfWeek: ['mon', 'thu'] }),
      400,
    ],
    ['in the morning and at night', timed({ when: ['MORN', 'HS'] }), 400],
    ['400 mg twice a day', timed({ frequency: 2, period: 1, periodUnit: 'd' }, 400, 'mg'), 800],
    ['half a gram a day', timed({ frequency: 1, period: 1, periodUnit: 'd' }, 0.5, 'g'), 500],
  ])('is read from structured timing: %s', (_, dosage, value) => {
    expect(dose([dosage])).toEqual({ value, unit: 'mg' });
  });

  it('is that of a volume or of puffs by the strength of each', () => {
    expect(dose([timed({ frequency: 3, period: 1, periodUnit: 'd' }, 10, 'mL')], liquid)).toEqual({
      value: 600,
      unit: 'mg',
    });
    expect(dose([timed({ frequency: 4, period: 1, periodUnit: 'd' }, 2, 'puffs')], inhaler)).toEqual({
      value: 0.72,
      unit: 'mg',
    });
  });

  it('is read from a code of timing', () => {
    const code = { coding: [{ code: 'TID' }] };
    expect(dose([{ doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }], timing: { code } }])?.value).toBe(
      600,
    );
  });

  it('takes the high end of a range', () => {
    const doseRange = { low: { value: 1, unit: 'tablet' }, high: { value: 2, unit: 'tablet' } };
    expect(dose([{ doseAndRate: [{ doseRange }], timing: { repeat: { period: 1, periodUnit: 'd' } } }])?.value).toBe(
      400,
    );
  });

  it.each([
    ['Take 1 tablet by mouth twice daily', 400],
    ['Take 1-2 tablets by mouth every 4 to 6 hours as needed for pain', 2400],
    ['one tablet daily', 200],
    ['2 tabs po q8h prn', 1200],
    ['take 1/2 tablet at bedtime', 100],
    ['1 1/2 tablets once daily', 300],
    ['½ tablet daily', 100],
    ['1 tablet every morning and at bedtime', 400],
    ['600 mg PO TID', 1800],
    ['Take two capsules 3 times a day with food', 1200],
    ['Take 1 tablet every other day', 200],
    ['Take 2 tablets by mouth once a week', 400],
    ['Take 2 tablets once weekly', 400],
    ['2 tablets weekly in the morning', 400],
    ['Take 2 tablets every week', 400],
    ['Take 2 tablets twice a week', 400],
    ['Take 1 tablet three times weekly', 200],
    ['Take 1 tablet every Monday', 200],
    ['Take 3 tablets every 4 weeks', 600],
    ['Take 1 tablet once a month', 200],
    ['Take 1 tablet twice daily for a week', 400],
    ['Take 1 tablet every 5 hours', 1000],
  ])('is read from directions: %s', (text, value) => {
    expect(dose([{ text }])).toEqual({ value, unit: 'mg' });
  });

  it.each([
    ['no time', { text: 'Take 1 tablet' }],
    ['no amount', { text: 'twice daily' }],
    ['several amounts', { text: 'Take 2 tablets today, then 1 tablet daily' }],
    ['several times', { text: 'Take 1 tablet daily for a week, then twice daily' }],
    ['a day and a week', { text: 'Take 1 tablet twice daily, then once weekly' }],
    ['a rate', { doseAndRate: [{ rateQuantity: { value: 5, unit: 'mL/h' } }] }],
    ['a unit that is none of its strength', timed({ period: 1, periodUnit: 'd' }, 5, 'mL')],
    ['nothing', {}],
  ])('is not guessed from directions with %s', (_, dosage) => {
    expect(dose([dosage])).toBeUndefined();
  });

  it('adds what is taken side by side and takes the most of what follows each other', () => {
    const daily = (value: number, more = {}) => ({ ...timed({ period: 1, periodUnit: 'd' }, value), ...more });
    expect(dose([daily(1), daily(2)])?.value).toBe(600);
    expect(dose([daily(3, { sequence: 1 }), daily(1, { sequence: 2 })])?.value).toBe(600);
    expect(dose([daily(1), { text: 'as directed' }])).toBeUndefined();
  });

  it('takes the most of what is taken on different days of the week', () => {
    const on = (value: number, ...dayOfWeek: readonly string[]) =>
      timed({ frequency: 1, period: 1, periodUnit: 'd', dayOfWeek }, value);
    expect(dose([on(2, 'mon', 'fri'), on(1, 'tue', 'wed')])?.value).toBe(400);
    expect(dose([on(2, 'mon', 'fri'), on(1, 'tue', 'fri')])?.value).toBe(600);
    expect(dose([on(2, 'mon'), timed({ period: 1, periodUnit: 'd' }, 1)])?.value).toBe(600);
  });

  it('is of each ingredient of a combination only where tablets are counted', () => {
    const once = { period: 1, periodUnit: 'd' };
    expect(dose([timed(once)], tablet, false)?.value).toBe(200);
    expect(dose([timed(once, 400, 'mg')], tablet, false)).toBeUndefined();
  });
});
