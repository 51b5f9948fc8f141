export const maxInteger = 2 ** 31 - 1;
export const minInteger = -(2 ** 31);
export const maxLong = 2n ** 63n - 1n;
export const minLong = -(2n ** 63n);
/** 99999999999999999999.99999999 as a double has it. */
export const maxDecimal = 1e20;
export const minDecimal = -maxDecimal;
/** The step between two Decimals. */
export const decimalStep = 1e-8;

/** An Integer as it is; null where it is beyond 32 bits. */
export const integerOrNull = (value: number): number | null =>
  value >= minInteger && value <= maxInteger ? value + 0 : null;

/** A Long as it is; null where it is beyond 64 bits. */
export const longOrNull = (value: bigint): bigint | null => (value >= minLong && value <= maxLong ? value : null);

/** A number as a Decimal, which has eight digits after the point; null where it is too large or no number. */
export const decimalOrNull = (value: number): number | null =>
  value >= minDecimal && value <= maxDecimal ? roundToStep(value) : null;

/** The nearest number with eight digits after the point, and never −0. */
export const roundToStep = (value: number): number =>
  // Beyond 9e7 the doubles themselves are further apart than the step.
  Number.isInteger(value) || value > 9e7 || value < -9e7 ? value + 0 : Math.round(value * 1e8) / 1e8 + 0;

/** A Decimal in plain digits, without an exponent. */
export const decimalText = (value: number): string => {
  const text = String(value);
  return text.includes('e') ? value.toFixed(8).replace(/\.?0+$/, '') : text;
};

/** How many digits a Decimal has after the point. */
export const decimalDigits = (value: number): number => {
  const text = decimalText(value);
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
};

/** A number rounded to so many digits after the point, halves away from zero. */
export const roundHalfUp = (value: number, digits: number): number => {
  const factor = 10 ** digits;
  const scaled = Math.abs(value) * factor;
  const below = Math.floor(scaled);
  // 1.005 × 100 is 100.49999999999999: what is a half to within a double's error counts as a half.
  const rounded = (scaled - below >= 0.5 - scaled * 2e-16 - 1e-12 ? below + 1 : below) / factor;
  return value < 0 ? 0 - rounded : rounded;
};
