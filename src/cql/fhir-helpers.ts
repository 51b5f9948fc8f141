import type { ModelInfo } from './model-info.ts';

/** Conversions whose body is more than the primitive's own value. A key is `function(from)`. */
const bodies: Readonly<Record<string, string>> = {
  'ToCode(FHIR.Coding)': `if value is null then null
  else System.Code { code: value.code.value, system: value.system.value, version: value.version.value, display: value.display.value }`,
  'ToConcept(FHIR.CodeableConcept)': `if value is null then null
  else System.Concept { codes: value.coding C return ToCode(C), display: value.text.value }`,
  // A comparator makes the number a bound, not a value: null, so that a comparison is unknown rather than wrong.
  'ToQuantity(FHIR.Quantity)': `if value.value is null or value.comparator is not null then null
  else System.Quantity {
    value: value.value.value,
    unit: if value.system.value = 'http://unitsofmeasure.org' and value.code is not null then value.code.value
      else Coalesce(value.unit.value, value.code.value, '1') }`,
  // An absent start is unknown (open), an absent end is "still going on" (closed on the greatest DateTime).
  'ToInterval(FHIR.Period)': `if value is null or (value."start" is null and value."end" is null) then null
  else if value."start" is null then Interval(value."start".value, value."end".value]
  else Interval[value."start".value, value."end".value]`,
  'ToInterval(FHIR.Range)': `if value is null or (value.low is null and value.high is null) then null
  else Interval[ToQuantity(value.low), ToQuantity(value.high)]`,
  'ToRatio(FHIR.Ratio)': `if value is null then null
  else System.Ratio { numerator: ToQuantity(value.numerator), denominator: ToQuantity(value.denominator) }`,
};

/** The library that the translator calls for every implicit conversion from FHIR to CQL types, written from the model info. */
export const fhirHelpersSource = (model: ModelInfo): string => {
  const needed = model.conversions.map(({ functionName, from }) => ({
    name: functionName.replace(/^FHIRHelpers\./, ''),
    from,
  }));
  // What a body calls must stand above it.
  const rank = (name: string) => ['ToCode', 'ToQuantity'].indexOf(name) * -1;
  const functions = needed
    .toSorted((a, b) => rank(b.name) - rank(a.name) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(
      ({ name, from }) => `define function ${name}(value ${from}):\n  ${bodies[`${name}(${from})`] ?? 'value.value'}`,
    );
  return ["library FHIRHelpers version '4.0.1'", "using FHIR version '4.0.1'", ...functions, ''].join('\n\n');
};
