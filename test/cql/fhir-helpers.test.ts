import { describe, expect, it } from 'vitest';
import type { ElmNode } from '../../src/cql/elm.ts';
import { fhirHelpersSource } from '../../src/cql/fhir-helpers.ts';
import { parseModelInfo, readModelInfoXml } from '../../src/cql/model-info.ts';
import { elmOf, fhirLibrary, interpreterOf, model } from '../support/cql.ts';
import { now, recordOf, resource } from '../support/record.ts';

const functions = ((await elmOf([])).get('FHIRHelpers')?.library.statements?.def ?? []) as readonly (ElmNode & {
  name: string;
  operand: readonly { operandTypeSpecifier?: { name: string }; operandType?: string }[];
})[];

const observation = `define "Observation": First([Observation])
define "Quantity": ("Observation".value as FHIR.Quantity)
define "As Quantity": FHIRHelpers.ToQuantity("Quantity")
define "Above 5": "As Quantity" > 5 'mg'
define "Is 5": "As Quantity" = 5 'mg'
define "Unit": "As Quantity".unit
define "As Ratio": FHIRHelpers.ToRatio("Observation".value as FHIR.Ratio)
define "Denominator": "As Ratio".denominator
define "As Range": FHIRHelpers.ToInterval("Observation".value as FHIR.Range)
define "5 In Range": 5 'mg' in "As Range"
define "As Period": FHIRHelpers.ToInterval("Observation".effective as FHIR.Period)
define "Start": start of "As Period"
define "Now In Period": Now() in "As Period"
define "2019 In Period": DateTime(2019, 6, 1) in "As Period"
define "As Concept": FHIRHelpers.ToConcept("Observation".code)
define "Codes": "As Concept".codes C return C.code
define "As Code": FHIRHelpers.ToCode(First("Observation".code.coding))
define "Status": "Observation".status + '!'
define "Issued": "Observation".issued before Now()
define "Text": "Observation".value as FHIR.string
define "Has Text": "Text" is not null
define "Is Positive": "Text" = 'positive'
define "Absent": First("Text".extension E where E.url = 'http://absent').value as FHIR.code
define "Absent Reason": "Absent".value`;
const engine = await interpreterOf([fhirLibrary('Helpers', observation)]);

const answerOf = (definition: string, elements: object) =>
  engine
    .evaluate({
      record: recordOf([resource('Observation', { id: 'o', ...elements })]),
      now,
      timeZone: 'America/New_York',
    })
    .value('Helpers', definition);

describe('FHIRHelpers', () => {
  it('has a function for each of the 264 conversions of the model, and no other', () => {
    const wanted = model.conversions.map(
      ({ functionName, from }) => `${functionName.replace('FHIRHelpers.', '')}(${from})`,
    );
    const had = functions.map(({ name, operand: [operand] }) => {
      const type = operand?.operandTypeSpecifier?.name ?? operand?.operandType ?? '';
      return `${name}(FHIR.${type.replace(/^.*\}/, '')})`;
    });
    expect(had.toSorted()).toEqual(wanted.toSorted());
    expect(had).toHaveLength(264);
  });

  it('is written the same each time, so that its cached ELM stays of use', () => {
    expect(fhirHelpersSource(parseModelInfo(readModelInfoXml()))).toBe(fhirHelpersSource(model));
  });
});

describe('a Quantity', () => {
  const quantity = (elements: object) => ({
    valueQuantity: { system: 'http://unitsofmeasure.org', code: 'mg', ...elements },
  });

  it('has its value and its UCUM unit', async () => {
    expect(await answerOf('As Quantity', quantity({ value: 6 }))).toEqual({ value: 6, unit: 'mg' });
    expect(await answerOf('Above 5', quantity({ value: 6 }))).toBe(true);
    expect(await answerOf('Above 5', quantity({ value: 0 }))).toBe(false);
  });

  it('is compared across units', async () => {
    expect(await answerOf('Is 5', quantity({ value: 0.005, code: 'g' }))).toBe(true);
  });

  it.each(['<', '<=', '>=', '>'])('with the comparator %s is a bound and no value: null', async (comparator) => {
    expect(await answerOf('As Quantity', quantity({ value: 6, comparator }))).toBeNull();
    expect(await answerOf('Above 5', quantity({ value: 6, comparator }))).toBeNull();
  });

  it('without value is null', async () => {
    expect(await answerOf('As Quantity', quantity({}))).toBeNull();
    expect(await answerOf('Above 5', quantity({}))).toBeNull();
    expect(await answerOf('As Quantity', { valueString: 'x' })).toBeNull();
  });

  it.each([
    ['its unit where the code is no UCUM', { system: 'urn:local', code: 'X', unit: 'mg' }, 'mg'],
    ['its code where it has no unit', { system: 'urn:local', code: 'mg' }, 'mg'],
    ['1 where it has neither', { system: undefined, code: undefined }, '1'],
  ])('has %s', async (_, elements, unit) => {
    expect(await answerOf('Unit', quantity({ value: 6, ...elements }))).toBe(unit);
  });
});

describe('a Range and a Ratio', () => {
  const mg = (value: number) => ({ value, system: 'http://unitsofmeasure.org', code: 'mg' });

  it.each([
    [{ low: mg(1), high: mg(9) }, true],
    [{ low: mg(6), high: mg(9) }, false],
    [{ low: mg(1) }, true],
    [{ high: mg(4) }, false],
  ])('%j holds 5 mg: %s', async (valueRange, expected) => {
    expect(await answerOf('5 In Range', { valueRange })).toBe(expected);
  });

  it('without either end is null', async () => {
    expect(await answerOf('As Range', { valueRange: {} })).toBeNull();
  });

  it('keep both parts of a ratio', async () => {
    const valueRatio = { numerator: mg(1), denominator: mg(2) };
    expect(await answerOf('As Ratio', { valueRatio })).toEqual({
      numerator: { value: 1, unit: 'mg' },
      denominator: { value: 2, unit: 'mg' },
    });
  });
});

describe('a Period', () => {
  it('without end is still going on', async () => {
    expect(await answerOf('Now In Period', { effectivePeriod: { start: '2020-01-01' } })).toBe(true);
    expect(await answerOf('2019 In Period', { effectivePeriod: { start: '2020-01-01' } })).toBe(false);
  });

  it('without start began at no known time', async () => {
    const effectivePeriod = { end: '2020-01-01' };
    expect(await answerOf('Now In Period', { effectivePeriod })).toBe(false);
    expect(await answerOf('2019 In Period', { effectivePeriod })).toBeNull();
    expect(await answerOf('Start', { effectivePeriod })).toBeNull();
  });

  it('without either is null', async () => {
    expect(await answerOf('As Period', { effectivePeriod: {} })).toBeNull();
    expect(await answerOf('As Period', { effectiveDateTime: '2020-01-01' })).toBeNull();
  });
});

describe('a CodeableConcept', () => {
  it('is a Concept of all its codings and its text', async () => {
    const code = {
      coding: [
        { system: 's', code: 'a', display: 'A' },
        { system: 't', code: 'b' },
      ],
      text: 'words',
    };
    expect(await answerOf('As Concept', { code })).toMatchObject({ display: 'words' });
    expect(await answerOf('Codes', { code })).toEqual(['a', 'b']);
    expect(await answerOf('As Code', { code })).toEqual({ code: 'a', system: 's', display: 'A' });
  });

  it('that is absent is null', async () => {
    expect(await answerOf('As Concept', {})).toBeNull();
    expect(await answerOf('As Code', {})).toBeNull();
  });
});

describe('a primitive', () => {
  it('is its value', async () => {
    expect(await answerOf('Status', { status: 'final' })).toBe('final!');
    expect(await answerOf('Issued', { issued: '2026-11-21T09:59:59-05:00' })).toBe(true);
    expect(await answerOf('Issued', { issued: '2026-11-21T10:00:01-05:00' })).toBe(false);
    expect(await answerOf('Is Positive', { valueString: 'positive' })).toBe(true);
  });

  it('that is absent is null, and so is what is asked of it', async () => {
    expect(await answerOf('Status', {})).toBeNull();
    expect(await answerOf('Issued', {})).toBeNull();
    expect(await answerOf('Is Positive', {})).toBeNull();
  });

  it('that has an extension in place of a value is there, and null when it is compared', async () => {
    const _valueString = { extension: [{ url: 'http://absent', valueCode: 'masked' }] };
    expect(await answerOf('Has Text', { _valueString })).toBe(true);
    expect(await answerOf('Is Positive', { _valueString })).toBeNull();
    expect(await answerOf('Absent Reason', { _valueString })).toBe('masked');
  });
});
