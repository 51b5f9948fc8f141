import type { ElmNode } from '../elm.ts';
import type { Code, Compiler, Scope } from './code.ts';
import { fromSpecifier, isRaw, listOf, system, type Type, typeText, unknown } from './type.ts';
import { coerce, itemType } from './types-of-values.ts';

/** How a node becomes a call of the runtime function of the same name. */
interface Operator {
  /** The runtime function, where it is not the node's name with a small first letter. */
  readonly name?: string;
  /** The names of the operands; `operand` unless given. */
  readonly from?: readonly string[];
  /** The node's precision is an argument. */
  readonly precision?: true;
  /** The static type of the first operand, or of the points or items of it, is the last argument. */
  readonly typed?: true;
  /** A further argument. */
  readonly also?: string;
  /** The type of the result where the ELM does not say it. */
  readonly result?: Type | ((operands: readonly Code[]) => Type);
  /** Whether the operand is a list or an interval is the last argument. */
  readonly container?: true;
  /** The result is as raw, or as tagged, as the operands are, whatever the ELM calls it. */
  readonly like?: 'operand' | 'item';
}

const boolean = { result: system('Boolean') } as const;
const integer = { result: system('Integer') } as const;
const string = { result: system('String') } as const;
const typed = { typed: true } as const;
const timed = { precision: true, ...boolean } as const;
const ofSource = { from: ['source'] } as const;

const operators: Readonly<Record<string, Operator>> = {
  // Comparison
  Equal: boolean,
  NotEqual: boolean,
  Equivalent: boolean,
  Less: boolean,
  LessOrEqual: boolean,
  Greater: boolean,
  GreaterOrEqual: boolean,
  // Logic
  Xor: boolean,
  // Arithmetic
  Add: typed,
  Subtract: typed,
  Multiply: typed,
  Divide: typed,
  TruncatedDivide: typed,
  Modulo: typed,
  Negate: typed,
  Abs: typed,
  Power: typed,
  Predecessor: typed,
  Successor: typed,
  Ceiling: integer,
  Floor: integer,
  Truncate: integer,
  Round: { from: ['operand', 'precision'] },
  Ln: {},
  Log: {},
  Exp: {},
  HighBoundary: typed,
  LowBoundary: typed,
  Precision: typed,
  // Strings
  Concatenate: string,
  Combine: { from: ['source', 'separator'], ...string },
  Split: { from: ['stringToSplit', 'separator'], result: listOf(system('String')) },
  SplitOnMatches: { from: ['stringToSplit', 'separatorPattern'], result: listOf(system('String')) },
  Length: { container: true, ...integer },
  Upper: string,
  Lower: string,
  Substring: { from: ['stringToSub', 'startIndex', 'length'], ...string },
  PositionOf: { from: ['pattern', 'string'], ...integer },
  LastPositionOf: { from: ['pattern', 'string'], ...integer },
  StartsWith: boolean,
  EndsWith: boolean,
  Matches: boolean,
  ReplaceMatches: string,
  ToChars: { result: listOf(system('String')) },
  // Conversion
  ToString: string,
  ToBoolean: boolean,
  ToInteger: integer,
  ToLong: { result: system('Long') },
  ToDecimal: { result: system('Decimal') },
  ToQuantity: { result: system('Quantity') },
  ToRatio: { result: system('Ratio') },
  ToConcept: { result: system('Concept') },
  ConvertsToBoolean: boolean,
  ConvertsToInteger: boolean,
  ConvertsToLong: boolean,
  ConvertsToDecimal: boolean,
  ConvertsToString: boolean,
  ConvertsToQuantity: boolean,
  ConvertsToRatio: boolean,
  ConvertsToDate: boolean,
  ConvertsToDateTime: boolean,
  ConvertsToTime: boolean,
  ConvertQuantity: { result: system('Quantity') },
  CanConvertQuantity: boolean,
  ToDate: { result: system('Date') },
  ToTime: { result: system('Time') },
  // Lists
  First: { ...ofSource, like: 'item' },
  Last: { ...ofSource, like: 'item' },
  Indexer: { like: 'item' },
  IndexOf: { from: ['source', 'element'], ...integer },
  Slice: { from: ['source', 'startIndex', 'endIndex'], like: 'operand' },
  Flatten: { like: 'item' },
  Distinct: { like: 'operand' },
  SingletonFrom: { like: 'item' },
  Contains: timed,
  ProperContains: timed,
  In: { name: 'isIn', ...timed },
  ProperIn: timed,
  Includes: timed,
  IncludedIn: timed,
  ProperIncludes: timed,
  ProperIncludedIn: timed,
  // Aggregates
  Count: { ...ofSource, ...integer },
  Sum: { ...ofSource, ...typed, like: 'item' },
  Product: { ...ofSource, ...typed, like: 'item' },
  Avg: { ...ofSource, ...typed, like: 'item' },
  Min: { ...ofSource, ...typed, like: 'item' },
  Max: { ...ofSource, ...typed, like: 'item' },
  Median: { ...ofSource, ...typed, like: 'item' },
  Mode: { ...ofSource, ...typed, like: 'item' },
  Variance: { ...ofSource, ...typed },
  PopulationVariance: { ...ofSource, ...typed },
  StdDev: { ...ofSource, ...typed },
  PopulationStdDev: { ...ofSource, ...typed },
  GeometricMean: { ...ofSource, ...typed },
  AllTrue: { ...ofSource, ...boolean },
  AnyTrue: { ...ofSource, ...boolean },
  // Dates and times
  Date: { name: 'date', from: ['year', 'month', 'day'], result: system('Date') },
  Time: { name: 'time', from: ['hour', 'minute', 'second', 'millisecond'], result: system('Time') },
  DateFrom: { result: system('Date') },
  TimeFrom: { result: system('Time') },
  TimezoneOffsetFrom: { result: system('Decimal') },
  DateTimeComponentFrom: { precision: true, ...integer },
  DurationBetween: { precision: true, ...integer },
  DifferenceBetween: { precision: true, ...integer },
  CalculateAgeAt: { precision: true, ...integer },
  Before: timed,
  After: timed,
  SameAs: timed,
  SameOrBefore: timed,
  SameOrAfter: timed,
  // Intervals
  Start: { result: ([of]) => pointType(of?.type), also: 'e.zone.offset' },
  End: { result: ([of]) => pointType(of?.type), also: 'e.zone.offset' },
  PointFrom: { result: ([of]) => pointType(of?.type) },
  Width: { result: ([of]) => pointType(of?.type) },
  Size: { result: ([of]) => pointType(of?.type) },
  Overlaps: timed,
  OverlapsBefore: timed,
  OverlapsAfter: timed,
  Meets: timed,
  MeetsBefore: timed,
  MeetsAfter: timed,
  Starts: timed,
  Ends: timed,
  Expand: {},
  Collapse: { like: 'operand' },
  Message: { from: ['source', 'condition', 'code', 'severity', 'message'], like: 'operand' },
};

const pointType = (type: Type | undefined): Type => (type?.kind === 'interval' ? type.of : unknown);

/** A node that is a call of one runtime function; undefined where it is not. */
export const compileOperator = (node: ElmNode, scope: Scope, c: Compiler): Code | undefined => {
  const name = String(node.type);
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (!operator) return undefined;
  const operands = operandsOf(node, operator.from ?? ['operand']).map((operand) =>
    operand === undefined ? { js: 'null', type: unknown } : c.value(operand, scope),
  );
  const args = operands.map(({ js }) => js);
  if (operator.precision)
    args.push(node.precision === undefined ? 'undefined' : JSON.stringify(String(node.precision).toLowerCase()));
  if (operator.typed) args.push(shortType(operands.find(({ js }) => js !== 'null')?.type));
  if (operator.container) args.push(operands[0]?.type.kind === 'list' ? '"List"' : 'undefined');
  if (operator.also) args.push(operator.also);
  while (args.length > operands.length && args.at(-1) === 'undefined') args.pop();
  const js =
    intervalMembership(node, operands, args, c) ?? `${c.rt(operator.name ?? smallFirst(name))}(${args.join(', ')})`;
  return { js, type: resultOf(node, operator, operands) };
};

/** `x in interval` where it is known to be one, without asking each time whether it is a list. */
const intervalMembership = (
  { type }: ElmNode,
  operands: readonly Code[],
  [point, of, ...rest]: readonly string[],
  c: Compiler,
): string | undefined =>
  type === 'In' && operands[1]?.type.kind === 'interval'
    ? `${c.rt('intervalContains')}(${[of, point, ...rest].join(', ')})`
    : undefined;

/** The nodes under the names, in order; `operand` may be one or many, and a missing one keeps its place. */
const operandsOf = (node: ElmNode, names: readonly string[]): readonly (ElmNode | undefined)[] => {
  const found = names.flatMap((name) =>
    Array.isArray(node[name]) ? (node[name] as ElmNode[]) : [node[name] as ElmNode | undefined],
  );
  while (found.length > 1 && found.at(-1) === undefined) found.pop();
  return found;
};

export const declaredType = (node: ElmNode): Type | undefined => {
  const specifier = node.resultTypeSpecifier ?? node.resultTypeName;
  return specifier === undefined ? undefined : fromSpecifier(specifier);
};

const resultOf = (node: ElmNode, { result, like }: Operator, operands: readonly Code[]): Type => {
  const first = operands[0]?.type ?? unknown;
  if (like === 'operand') return first;
  if (like === 'item') return first.kind === 'list' ? first.of : (declaredType(node) ?? unknown);
  const declared = declaredType(node);
  if (declared && declared.kind !== 'unknown') return declared;
  return typeof result === 'function' ? result(operands) : (result ?? first);
};

/** The name of the System type by which a typed operator decides: of a list its items', of anything else its own. */
const shortType = (type: Type | undefined): string => {
  const of = type?.kind === 'list' ? type.of : type;
  if (of?.kind === 'interval') return '"Interval"';
  return of?.kind === 'named' && of.name.startsWith('System.') ? JSON.stringify(of.name.slice(7)) : 'undefined';
};

/** Operators whose operands must be of one kind, tagged or raw, because the result holds some of each. */
export const compileUnion = (node: ElmNode, scope: Scope, c: Compiler): Code => {
  const operands = (node.operand as ElmNode[]).map((operand) => c.value(operand, scope));
  const type = declaredType(node) ?? commonType(operands, c);
  const args = operands.map((operand) => coerce(operand, type, c));
  if (node.type === 'Union' && type.kind === 'list') args.push('"List"');
  return { js: `${c.rt(smallFirst(String(node.type)))}(${args.join(', ')})`, type };
};

/** The type of all, where it is one; otherwise what tells its own type. */
export const commonType = (codes: readonly Code[], c: Compiler): Type => {
  const typesOf = codes.filter(({ js }) => js !== 'null').map(({ type }) => type);
  const [first] = typesOf;
  if (!first) return unknown;
  if (typesOf.every((type) => typeText(type) === typeText(first))) return first;
  const items = typesOf.map(itemType);
  if (typesOf.every(({ kind }) => kind === 'list'))
    return items.some((item) => isRaw(c.model, item)) ? listOf(unknown) : first;
  return unknown;
};

const smallFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** The runtime functions that operators call, for a test that each of them is there. */
export const operatorFunctions = (): readonly string[] =>
  Object.entries(operators).map(([name, { name: own }]) => own ?? smallFirst(name));
