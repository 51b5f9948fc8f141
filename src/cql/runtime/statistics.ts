import { type List, ofMeasures } from './measures.ts';

/** The mean; null of nothing. */
export const avg = (list: List): unknown => ofMeasures(list, mean);

/** The middle one, or the mean of the two in the middle; null of nothing. */
export const median = (list: List): unknown =>
  ofMeasures(list, (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
  });

/** The variance of a sample; null of fewer than two. */
export const variance = (list: List): unknown => ofMeasures(list, (values) => spread(values, 1));

/** The variance of a whole population; null of nothing. */
export const populationVariance = (list: List): unknown => ofMeasures(list, (values) => spread(values, 0));

/** The standard deviation of a sample; null of fewer than two. */
export const stdDev = (list: List): unknown => ofMeasures(list, (values) => Math.sqrt(spread(values, 1)));

/** The standard deviation of a whole population; null of nothing. */
export const populationStdDev = (list: List): unknown => ofMeasures(list, (values) => Math.sqrt(spread(values, 0)));

/** The nth root of the product of n values; null of nothing. */
export const geometricMean = (list: List): unknown =>
  ofMeasures(list, (values) => values.reduce((a, b) => a * b) ** (1 / values.length));

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

/** Divided by n, or n − 1 for a sample; of one value that is 0 / 0, which is no Decimal. */
const spread = (values: readonly number[], less: 0 | 1): number => {
  const centre = mean(values);
  return values.reduce((squares, value) => squares + (value - centre) ** 2, 0) / (values.length - less);
};
