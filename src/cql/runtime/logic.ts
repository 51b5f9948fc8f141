type Truth = boolean | null | undefined;

/** Three-valued and: false as soon as one is false. */
export const and = (a: Truth, b: Truth): boolean | null =>
  a === false || b === false ? false : a == null || b == null ? null : true;

/** Three-valued or: true as soon as one is true. */
export const or = (a: Truth, b: Truth): boolean | null =>
  a === true || b === true ? true : a == null || b == null ? null : false;

/** Three-valued exclusive or: null unless both are known. */
export const xor = (a: Truth, b: Truth): boolean | null => (a == null || b == null ? null : a !== b);

/** Three-valued not: null stays null. */
export const not = (a: Truth): boolean | null => (a == null ? null : !a);

/** Three-valued implication: true where the first is false or the second is true. */
export const implies = (a: Truth, b: Truth): boolean | null =>
  a === false || b === true ? true : a == null || b == null ? null : false;
