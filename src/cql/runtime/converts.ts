import { toString as asText, toBoolean, toDecimal, toInteger, toLong, toQuantity, toRatio } from './conversion.ts';
import { toDate, toDateTime, toTime } from './date-conversion.ts';

/** Whether a conversion gives a value; null of null. */
const converts =
  (convert: (value: unknown) => unknown) =>
  (value: unknown): boolean | null => {
    if (value == null) return null;
    try {
      return convert(value) != null;
    } catch {
      return false;
    }
  };

/** Whether `toBoolean` gives a value. */
export const convertsToBoolean = converts(toBoolean);
/** Whether `toInteger` gives a value. */
export const convertsToInteger = converts(toInteger);
/** Whether `toLong` gives a value. */
export const convertsToLong = converts(toLong);
/** Whether `toDecimal` gives a value. */
export const convertsToDecimal = converts(toDecimal);
/** Whether `toString` gives a value. */
export const convertsToString = converts((value) => asText(value));
/** Whether `toQuantity` gives a value. */
export const convertsToQuantity = converts(toQuantity);
/** Whether `toRatio` gives a value. */
export const convertsToRatio = converts(toRatio);
/** Whether `toDate` gives a value. */
export const convertsToDate = converts(toDate);
/** Whether `toDateTime` gives a value. */
export const convertsToDateTime = converts((value) => toDateTime(value, 0));
/** Whether `toTime` gives a value. */
export const convertsToTime = converts(toTime);
