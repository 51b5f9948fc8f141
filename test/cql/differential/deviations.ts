/** Where generated code follows the specification and cql-execution, and with it the interpreter, does not. */
export interface Deviation {
  readonly reason: string;
  /** How many rows of operands differ, by the operator's template; a change of either side shows in the number. */
  readonly rows: Readonly<Record<string, number>>;
}

/** None shows in a value of the shipped rules: these are compared as they are. */
export const deviations: readonly Deviation[] = [
  {
    reason: 'cql-execution takes a Decimal without a fraction for an Integer, in its limits and in its neighbours',
    rows: {
      '#Decimal / #Decimal': 1,
      '#Decimal div #Decimal': 1,
      '#Decimal ^ #Integer': 3,
      '#Integer * #Decimal': 1,
      '#Integer + #Decimal': 2,
      'predecessor of (#Decimal)': 3,
      'successor of (#Decimal)': 3,
    },
  },
  {
    reason: 'a remainder is computed of binary fractions by cql-execution, of the decimals that they stand for by us',
    rows: { '#Decimal mod #Decimal': 5 },
  },
  { reason: 'half is rounded away from zero, by cql-execution upward', rows: { 'Round(#Decimal)': 1 } },
  {
    reason: 'cql-execution lacks the operator, or gives null for it',
    rows: { 'Precision(#Decimal)': 1, 'LowBoundary(#Decimal, 8)': 8, 'point from #PointInterval': 3 },
  },
  {
    reason: 'the result has the finer of two units; cql-execution takes that of the first where it can',
    rows: { '#Quantity + #Quantity': 2, '#Quantity - #Quantity': 8 },
  },
  {
    reason: 'Decimals are equivalent to the digits of the less precise, and 0.0 has no more than one',
    rows: { '#Decimal ~ #Decimal': 2, '#Decimal !~ #Decimal': 2 },
  },
  {
    reason: 'equivalence is never null: units that do not compare are not equivalent',
    rows: { '#Quantity ~ #Quantity': 22, '#Quantity !~ #Quantity': 22 },
  },
  {
    reason:
      'in lists two nulls count as equal, and lists of different lengths are not; cql-execution gives null for both',
    rows: { '#Integers = #Integers': 7, '#Strings = #Strings': 7, '#Codes = #Codes': 5 },
  },
  {
    reason: 'of tuples the first element by name that is not equal decides; cql-execution lets one that differs decide',
    rows: { 'Tuple { a: #Integer, b: #String } = Tuple { a: #Integer, b: #String }': 2200 },
  },
  {
    reason: 'a Time without an hour is null; cql-execution makes one that holds nothing',
    rows: { 'time from #DateTime': 3, 'Time(#Day, 0)': 1, 'ToTime(#String)': 1, 'ConvertsToTime(#String)': 1 },
  },
  {
    reason: 'whether bounds are closed counts for where an interval starts and ends; cql-execution overlooks it',
    rows: { '#IntegerInterval starts #IntegerInterval': 2, '#IntegerInterval ends #IntegerInterval': 2 },
  },
  {
    reason: 'what is certainly false is so though the other bound is not precise enough to tell',
    rows: {
      '#DateInterval starts #DateInterval': 2,
      '#DateInterval ends #DateInterval': 2,
      '#DateInterval same as #DateInterval': 2,
      '#DateTimeInterval ends #DateTimeInterval': 1,
      '#DateTimeInterval same as #DateTimeInterval': 1,
    },
  },
  {
    reason: 'intervals are collapsed to all their points and no others; cql-execution overlooks that bounds are open',
    rows: {
      'collapse { #IntegerInterval, #IntegerInterval, #IntegerInterval }': 30,
      'collapse { #DateInterval, #DateInterval, #DateInterval }': 48,
      'collapse { #DateTimeInterval, #DateTimeInterval, #DateTimeInterval }': 46,
    },
  },
  {
    reason: 'a list that holds nothing but null has nothing to expand; cql-execution gives null',
    rows: { 'expand { #IntegerInterval } per 1': 1, 'expand { #DateInterval } per month': 1 },
  },
  {
    reason: 'a null list counts as empty, and the other loses what it holds twice; cql-execution gives it as it is',
    rows: {
      '#Integers union #Integers': 3,
      '#Strings union #Strings': 3,
      '#Codes union #Codes': 1,
      '#Integers except #Integers': 1,
      '#Strings except #Strings': 1,
    },
  },
  {
    reason: 'an empty text is a text; cql-execution takes it for null',
    rows: { "Split(#String, ',')": 1, "SplitOnMatches(#String, '[,b]')": 1, 'Substring(#String, #Integer)': 1 },
  },
  { reason: 'cql-execution fails at the length of a null that an alias holds', rows: { 'Length(#String)': 1 } },
  {
    reason: 'a Decimal is written as such; cql-execution writes 1e-8',
    rows: { 'ToString(#Decimal)': 1 },
  },
  {
    reason: "'1.5' is no Integer; cql-execution cuts the fraction off",
    rows: { 'ToInteger(#String)': 1, 'ConvertsToInteger(#String)': 1 },
  },
  { reason: 'a quantity without a unit has the unit 1', rows: { 'ToQuantity(#String)': 2 } },
  {
    reason: '"is" gives true or false; cql-execution gives null, 0 or an empty text for what is no object',
    rows: {
      '(#Integer as System.Any) is Date': 10,
      '(#Decimal as System.Any) is Date': 8,
      '(#String as System.Any) is Date': 11,
      '(#Quantity as System.Any) is Date': 7,
    },
  },
  { reason: 'there is one mode; cql-execution gives a list of those that tie', rows: { 'Mode(#Integers)': 2 } },
  {
    reason: 'of one number there is no deviation: null, where cql-execution gives NaN',
    rows: { 'StdDev(#Decimals)': 1, 'Variance(#Decimals)': 1 },
  },
];
