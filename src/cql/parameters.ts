import { Code, Concept, Date as CqlDate, DateTime, Interval, Quantity, Ratio } from 'cql-execution';
import type { Elm, ElmNode } from './elm.ts';

/**
 * A value for a CQL parameter as JSON has it: a quantity is `{value, unit}`, a date or time its text, an interval
 * `{low, high, lowClosed, highClosed}` (closed unless told), a code `{code, system, display}`, a concept `{codes, display}`.
 */
export type ParameterValue =
  | null
  | boolean
  | number
  | string
  | readonly ParameterValue[]
  | { readonly [key: string]: ParameterValue };

/** Values for a library's parameters by name. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** The declared type of each parameter of a library, as its ELM has it. */
export const parameterTypes = ({ library }: Elm): ReadonlyMap<string, ElmNode> =>
  new Map(
    (library.parameters?.def ?? []).map((parameter) => [
      parameter.name,
      (parameter.parameterTypeSpecifier ??
        parameter.resultTypeSpecifier ?? {
          type: 'NamedTypeSpecifier',
          name: parameter.resultTypeName ?? `${system}Any`,
        }) as ElmNode,
    ]),
  );

/**
 * A parameter's value as the engines hold it; a DateTime without offset gets the evaluation's, in hours.
 *
 * @throws Error saying what the type is and what came
 */
export const readParameter = (value: ParameterValue, type: ElmNode, offset: number): unknown => {
  if (value === null) return null;
  const wrong = () => new Error(`expected ${typeInWords(type)}, got ${JSON.stringify(value)}`);
  switch (type.type) {
    case 'ListTypeSpecifier':
      if (!Array.isArray(value)) throw wrong();
      return value.map((item) => readParameter(item, type.elementType as ElmNode, offset));
    case 'IntervalTypeSpecifier':
      return readInterval(value, type.pointType as ElmNode, offset, wrong);
    case 'TupleTypeSpecifier':
      return readTuple(value, type.element as readonly ElmNode[], offset, wrong);
    case 'ChoiceTypeSpecifier':
      for (const choice of type.choice as readonly ElmNode[]) {
        try {
          return readParameter(value, choice, offset);
        } catch {}
      }
      throw wrong();
    default: {
      const read = readers[String(type.name).replace(system, '')];
      if (!read) throw new Error(`${typeInWords(type)} is a type that no value can be given for`);
      const found = read(value, offset);
      if (found === undefined) throw wrong();
      return found;
    }
  }
};

const system = '{urn:hl7-org:elm-types:r1}';

/** By System type; undefined for a value of another type. */
const readers: Readonly<Record<string, (value: ParameterValue, offset: number) => unknown>> = {
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  Integer: (value) => (Number.isInteger(value) ? value : undefined),
  Decimal: (value) => (typeof value === 'number' ? value : undefined),
  String: (value) => (typeof value === 'string' ? value : undefined),
  Date: (value) => (typeof value === 'string' && isDate(value) ? (CqlDate.parse(value) ?? undefined) : undefined),
  DateTime: (value, offset) => (typeof value === 'string' ? readDateTime(value, offset) : undefined),
  Time: (value) =>
    typeof value === 'string' && /^T?\d\d(:\d\d(:\d\d(\.\d{1,3})?)?)?$/.test(value)
      ? (timeOf(value.replace('T', '')) ?? undefined)
      : undefined,
  Quantity: (value) => readQuantity(value),
  Ratio: (value) => {
    const [numerator, denominator] = [
      readQuantity(member(value, 'numerator')),
      readQuantity(member(value, 'denominator')),
    ];
    return numerator && denominator ? new Ratio(numerator, denominator) : undefined;
  },
  Code: (value) => readCode(value),
  Concept: (value) => {
    const codes = member(value, 'codes');
    const read = (Array.isArray(codes) ? codes : [value]).map(readCode);
    return read.every((code) => code !== undefined)
      ? new Concept(read, (member(value, 'display') as string | undefined) ?? undefined)
      : undefined;
  },
  // Where a type is not known a value is what it looks like.
  Any: (value) => readQuantity(value) ?? value,
};

const isDate = (text: string): boolean => /^\d{4}(-\d\d(-\d\d)?)?$/.test(text);

const readDateTime = (text: string, offset: number): DateTime | undefined => {
  if (!/^\d{4}(-\d\d(-\d\d(T(\d\d(:\d\d(:\d\d(\.\d{1,3})?)?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/.test(text)) return undefined;
  const parsed = DateTime.parse(text.replace(/Z$/, '+00:00').replace(/T$/, ''));
  if (!parsed) return undefined;
  // The parser would take the machine's zone.
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(text)) parsed.timezoneOffset = offset;
  return parsed;
};

/** cql-execution's Time is a DateTime of the first day of the year 0, without offset. */
const timeOf = (text: string): DateTime | null => {
  const time = DateTime.parse(`0000-01-01T${text}`);
  if (time) time.timezoneOffset = null;
  return time;
};

const member = (value: ParameterValue | undefined, name: string): ParameterValue | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: ParameterValue })[name]
    : undefined;

const readQuantity = (value: ParameterValue | undefined): Quantity | undefined => {
  const [amount, unit] = [member(value, 'value'), member(value, 'unit') ?? '1'];
  return typeof amount === 'number' && typeof unit === 'string' ? new Quantity(amount, unit) : undefined;
};

const readCode = (value: ParameterValue): Code | undefined => {
  const [code, codeSystem, version, display] = ['code', 'system', 'version', 'display'].map((name) =>
    member(value, name),
  );
  return typeof code === 'string'
    ? new Code(code, codeSystem as string | undefined, version as string | undefined, display as string | undefined)
    : undefined;
};

const readInterval = (value: ParameterValue, point: ElmNode, offset: number, wrong: () => Error): Interval => {
  const known = new Set(['low', 'high', 'lowClosed', 'highClosed']);
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  if (keys.length === 0 || !keys.every((key) => known.has(key))) throw wrong();
  const bound = (name: string) => readParameter(member(value, name) ?? null, point, offset);
  const closed = (name: string) => member(value, name) ?? true;
  const [lowClosed, highClosed] = [closed('lowClosed'), closed('highClosed')];
  if (typeof lowClosed !== 'boolean' || typeof highClosed !== 'boolean') throw wrong();
  return new Interval(bound('low'), bound('high'), lowClosed, highClosed);
};

const readTuple = (value: ParameterValue, elements: readonly ElmNode[], offset: number, wrong: () => Error) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong();
  const names = new Set(elements.map(({ name }) => String(name)));
  if (!Object.keys(value).every((key) => names.has(key))) throw wrong();
  return Object.fromEntries(
    elements.map(({ name, elementType }) => [
      String(name),
      readParameter(member(value, String(name)) ?? null, elementType as ElmNode, offset),
    ]),
  );
};

/** A type as CQL writes it: `Interval<DateTime>`. */
const typeInWords = (type: ElmNode): string => {
  switch (type.type) {
    case 'ListTypeSpecifier':
      return `List<${typeInWords(type.elementType as ElmNode)}>`;
    case 'IntervalTypeSpecifier':
      return `Interval<${typeInWords(type.pointType as ElmNode)}>`;
    case 'TupleTypeSpecifier':
      return `Tuple{${(type.element as readonly ElmNode[])
        .map(({ name, elementType }) => `${name} ${typeInWords(elementType as ElmNode)}`)
        .join(', ')}}`;
    case 'ChoiceTypeSpecifier':
      return `Choice<${(type.choice as readonly ElmNode[]).map(typeInWords).join(', ')}>`;
    default:
      return String(type.name)
        .replace(system, '')
        .replace(/^\{.*\}/, 'FHIR.');
  }
};
