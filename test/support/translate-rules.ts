import { shippedWithCases } from './rule-set.ts';

/** Once for all test files: what changed in the shipped rules is translated into the cache. */
export default async (): Promise<void> => {
  await shippedWithCases();
};
