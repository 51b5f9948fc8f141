type Truth = boolean | null;

/** Three-valued `and`, whose second operand is not computed where the first is false. */
export const andThen = (left: Truth, right: () => Truth): Truth => {
  if (left === false) return false;
  const second = right();
  return second === false ? false : left == null || second == null ? null : true;
};

/** Three-valued `or`, whose second operand is not computed where the first is true. */
export const orElse = (left: Truth, right: () => Truth): Truth => {
  if (left === true) return true;
  const second = right();
  return second === true ? true : left == null || second == null ? null : false;
};

/** Three-valued `implies`, whose second operand is not computed where the first is false. */
export const impliesThen = (left: Truth, right: () => Truth): Truth =>
  left === false ? true : orElse(left == null ? null : false, right);
