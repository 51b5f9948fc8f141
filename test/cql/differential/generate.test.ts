import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { generateSample } from './generate.ts';
import { shippedTarget } from './targets.ts';

const target = await shippedTarget();
const samples = Array.from({ length: 400 }, (_, seed) => generateSample(seed, target));
const text = JSON.stringify(samples);
const resources = samples.flatMap(({ chart, drafts }) =>
  [...chart, ...drafts].map(({ resource }) => resource as FhirResource),
);
const names = new Set(resources.flatMap((resource) => Object.keys(resource)));

describe('generateSample', () => {
  it('gives the same record for the same seed, and another for another', () => {
    expect(generateSample(7, target)).toEqual(generateSample(7, target));
    expect(generateSample(7, target)).not.toEqual(generateSample(8, target));
  });

  it('gives records of 5 to 60 resources that are plain JSON', () => {
    for (const sample of samples) {
      expect(sample.chart.length).toBeGreaterThanOrEqual(2);
      expect(sample.chart.length).toBeLessThanOrEqual(62);
      expect(JSON.parse(JSON.stringify(sample))).toEqual(sample);
    }
  });

  it.each<[string, RegExp]>([
    ['times in UTC', /"2\d{3}-\d\d-\d\dT[\d:.]+Z"/],
    ['times east of the clinic', /T[\d:.]+\+09:00"/],
    ['times west of the clinic', /T[\d:.]+-08:00"/],
    ['times without offset', /"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d"/],
    ['times without seconds', /T\d\d:\d\d-05:00"/],
    ['years', /DateTime":"\d{4}"/],
    ['months', /DateTime":"\d{4}-\d\d"/],
    ['partial dates of birth', /"birthDate":"\d{4}(-\d\d)?"/],
    ['extensions of a date of birth', /"_birthDate":\{"extension"/],
    ['extensions in place of a value', /"_status":\{"extension"/],
    ['null in place of a value', /"status":null/],
    ['null among codings', /"coding":\[(\{[^[\]]*\},)?null/],
    ['a coding without system', /"coding":\[\{"code"/],
    ['a coding without code', /"coding":\[\{"system":"[^"]*"(,"display":"[^"]*")?\}/],
    ['a system under another address', /"system":"urn:oid:2\.16/],
    ['urn:uuid references', /"reference":"urn:uuid:/],
    ['absolute references', /"reference":"https:\/\//],
    ['versioned references', /\/_history\/2"/],
    ['contained Medications', /"contained":\[\{"resourceType":"Medication"/],
    ['references to Medications of the record', /"medicationReference":\{"reference":"(?!#|Medication\/nowhere)/],
    ['references that lead nowhere', /Medication\/nowhere/],
    ['units outside UCUM', /"unit":"mEq\/L"/],
    ['units without letters', /"unit":""/],
    ['comparators', /"comparator":"<="/],
    ['quantities without a value', /"valueQuantity":\{"(unit|comparator)"/],
    ['the same event told again', /"status":"corrected"/],
  ])('has %s', (_, pattern) => {
    expect(text).toMatch(pattern);
  });

  it.each([
    'valueQuantity valueCodeableConcept valueString valueBoolean valueInteger valueRange valueRatio valueTime valueDateTime valuePeriod',
    'effectiveDateTime effectivePeriod effectiveInstant effectiveTiming _effectiveDateTime',
    'performedDateTime performedPeriod performedString performedAge _performedDateTime',
    'onsetDateTime onsetPeriod onsetAge onsetRange onsetString',
    'occurrenceDateTime occurrenceString',
    'medicationCodeableConcept medicationReference',
  ])('has every kind of a choice: %s', (choices) => {
    expect(choices.split(' ').filter((name) => !names.has(name))).toEqual([]);
  });

  it('has resources of every type without status, code, id and subject', () => {
    for (const element of ['status', 'code', 'id', 'subject'])
      expect(resources.some((resource) => resource.resourceType === 'Observation' && !(element in resource))).toBe(
        true,
      );
  });
});
