/** CQL in which `#Integer` stands for each of the literals of that type in turn. */
type Templates = readonly string[];

/** The templates of a text, between semicolons. */
const list = (text: string): Templates => text.split(/;\s+/);

const each = (types: readonly string[], templates: Templates): Templates =>
  types.flatMap((type) => templates.map((template) => template.replaceAll('#X', `#${type}`)));

const precisions = ['', 'year of', 'month of', 'day of'];
const units = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'];

/** What is compared of each family of operators. */
export const families: Readonly<Record<string, Templates>> = {
  arithmetic: [
    ...each(
      ['Integer', 'Decimal'],
      list(`#X + #X; #X - #X; #X * #X; #X / #X; #X div #X; #X mod #X; -(#X); Abs(#X); predecessor of (#X);
      successor of (#X)`),
    ),
    ...list(`Ceiling(#Decimal); Floor(#Decimal); Truncate(#Decimal); Round(#Decimal); Round(#Decimal, 1)`),
    ...list(`Ln(#Decimal); Exp(#Decimal); Log(#Decimal, 10); #Integer ^ 2; #Decimal ^ #Integer; Precision(#Decimal)`),
    ...list(`#Quantity + #Quantity; #Quantity - #Quantity; #Quantity * #Quantity; #Quantity / #Quantity;
      #Quantity * #Decimal`),
    ...list(`Abs(#Quantity); -(#Quantity); #Integer * #Decimal; #Integer + #Decimal; LowBoundary(#Decimal, 8)`),
  ],
  comparison: [
    ...each(
      ['Integer', 'Decimal', 'String', 'Date', 'DateTime', 'Time', 'Quantity'],
      list(`#X = #X; #X != #X; #X ~ #X; #X !~ #X; #X < #X; #X <= #X; #X > #X; #X >= #X; #X between #X and #X`),
    ),
    ...each(
      ['Integers', 'Strings', 'Code', 'Concept', 'IntegerInterval', 'DateInterval', 'Boolean'],
      list(`#X = #X; #X ~ #X`),
    ),
    ...list(`Tuple { a: #Integer, b: #String } = Tuple { a: #Integer, b: #String }; #Integer = #Decimal`),
  ],
  'dates and times': [
    ...each(['Date', 'DateTime'], list(`#X + #Duration; #X - #Duration; predecessor of (#X); successor of (#X)`)),
    ...list(`#DateTime + #TimeSpan; #DateTime - #TimeSpan; #Time + 90 minutes; #Time - 1 hour`),
    ...units.flatMap((unit) =>
      list(`${unit} between #DateTime and #DateTime; difference in ${unit} between #DateTime and #DateTime`),
    ),
    ...units
      .slice(0, 4)
      .flatMap((unit) => list(`${unit} between #Date and #Date; difference in ${unit} between #Date and #Date`)),
    ...['year', 'month', 'day'].flatMap((part) => list(`${part} from #Date; ${part} from #DateTime`)),
    ...['hour', 'minute', 'second', 'millisecond', 'date', 'time', 'timezoneoffset'].map(
      (part) => `${part} from #DateTime`,
    ),
    ...list(`hour from #Time; minute from #Time; DateTime(2020, 2, #Day); Date(2020, #Day, 1); Time(#Day, 0)`),
    ...each(
      ['Date', 'DateTime'],
      ['year', 'month', 'day'].flatMap((p) =>
        list(`#X same ${p} as #X; #X same ${p} or before #X; #X before ${p} of #X; #X after ${p} of #X`),
      ),
    ),
    ...list(`#DateTime same hour as #DateTime; #DateTime before #Date; #DateTime same day or after #Date;
      #Time before #Time`),
    ...list(`#Date 1 year or less before #Date; #DateTime 1 day or more after #DateTime;
      #DateTime within 1 month of #DateTime`),
    ...list(`Now() - #Duration; Today() - #Duration; AgeInYearsAt(#Date); AgeInMonthsAt(#DateTime); AgeInDays();
      TimeOfDay()`),
  ],
  intervals: [
    ...each(
      ['IntegerInterval', 'DateInterval', 'DateTimeInterval'],
      [
        ...list(`overlaps; overlaps before; overlaps after; before; after; meets; meets before; starts; ends`),
        ...list(`includes; included in; during; properly includes; properly included in; same as; same or before`),
      ].map((operator) => `#X ${operator} #X`),
    ),
    ...each(
      ['IntegerInterval', 'DateInterval', 'DateTimeInterval'],
      [...list(`#X union #X; #X intersect #X; #X except #X; start of #X; end of #X; collapse { #X, #X, #X }; #X = #X`)],
    ),
    ...precisions.flatMap((p) => list(`#Date during ${p} #DateInterval; #DateTime during ${p} #DateTimeInterval`)),
    ...precisions
      .slice(1)
      .flatMap((p) =>
        list(`#DateInterval overlaps ${p} #DateInterval; #DateTimeInterval before ${p} #DateTimeInterval`),
      ),
    ...list(`#Integer in #IntegerInterval; #IntegerInterval contains #Integer; width of #IntegerInterval;
      Size(#IntegerInterval)`),
    ...list(`point from #PointInterval; expand { #IntegerInterval } per 1; expand { #DateInterval } per month`),
    ...list(`#Date before #DateInterval; #DateInterval after #Date; #DateTime same day or before #DateTimeInterval`),
    ...list(`Interval[#Integer, 200]; Interval[#Date, null); Interval[null, #Date];
      #Integer in Interval[null, #Integer)`),
    ...list(`#Date in Interval[null, #Date]; Interval[#Date, null) overlaps #DateInterval;
      start of Interval[null, #DateTime]`),
  ],
  lists: [
    ...each(
      ['Integers', 'Strings', 'Codes'],
      [
        ...list(`exists #X; First(#X); Last(#X); distinct #X; #X union #X; #X intersect #X; #X except #X`),
        ...list(`#X includes #X; #X included in #X; #X properly includes #X; #X = #X; #X ~ #X; Take(#X, 2); Skip(#X, 1);
      Tail(#X)`),
      ],
    ),
    ...list(`#Integer in #Integers; #Strings contains #String; IndexOf(#Integers, #Integer); #Integers[#Integer];
      flatten #Lists; Length(#Lists)`),
    ...list(`flatten { #Integers, #Integers }; singleton from #Integers; singleton from { #Integer };
      Coalesce(#Integers)`),
    ...list(`#Date in #Dates; #Dates union #Dates; distinct #Quantities; #Quantity in #Quantities;
      { #Integer, #Integer }`),
    ...list(`(#Integers) X where X > 1; (#Strings) X return all Length(Coalesce(X, 'abc')); (#Dates) X sort desc;
      (#Quantities) X sort asc`),
  ],
  strings: [
    ...list(`#String + #String; #String & #String; Combine(#Strings); Combine(#Strings, ', '); Split(#String, ',');
      Length(#String); Length(Coalesce(#String, 'abc'))`),
    ...list(`Upper(#String); Lower(#String); Substring(#String, #Integer); Substring(#String, 1, #Integer);
      #String[#Integer]`),
    ...list(`PositionOf(#String, #String); LastPositionOf(#String, #String); StartsWith(#String, #String);
      EndsWith(#String, #String)`),
    ...list(`Matches(#String, '[a-c]+'); ReplaceMatches(#String, '[ab]', '<$0>');
      ReplaceMatches(#String, '(a)(b)?', '$1'); Matches(#String, #String)`),
    ...list(`SplitOnMatches(#String, '[,b]')`),
  ],
  conversion: [
    ...each(['Integer', 'Decimal', 'Boolean', 'Date', 'DateTime', 'Time', 'Quantity'], list(`ToString(#X)`)),
    ...['Integer', 'Decimal', 'Boolean', 'Date', 'DateTime', 'Time', 'Quantity'].flatMap((to) =>
      list(`To${to}(#String); ConvertsTo${to}(#String)`),
    ),
    ...list(`ToDecimal(#Integer); ToDateTime(#Date); ToDate(#DateTime); ToConcept(#Code); ToInteger(#Boolean);
      ToBoolean(#Integer)`),
    ...list(`convert #Integer to String; convert #Quantity to 'g'; ToQuantity(#Decimal); ToDate('2020-02')`),
    ...[
      "ToDateTime('2020-02-29T10:15:00-05:00')",
      "ToTime('T10:30')",
      "ToQuantity('5 \\'mg\\'')",
      "ToDecimal('1.50')",
      "ToDate('2020-13-01')",
    ],
    ...each(
      ['Integer', 'Decimal', 'String', 'Date', 'DateTime', 'Quantity'],
      list(`(#X as System.Any) is Integer; (#X as System.Any) is Date`),
    ),
  ],
  logic: [
    ...['and', 'or', 'xor', 'implies'].map((operator) => `#Boolean ${operator} #Boolean`),
    ...list(`not #Boolean; #Boolean is true; #Boolean is not true; #Boolean is false; #Boolean is null;
      #Integer is null`),
    ...each(['Integer', 'String', 'Date'], list(`Coalesce(#X, #X); Coalesce(#X, #X, #X); if #Boolean then #X else #X`)),
    ...list(`case when #Boolean then #Integer when #Boolean then #Integer else #Integer end`),
    ...list(`case #Integer when #Integer then #String when 1 then #String else #String end;
      #Integer > 1 and #Integer < 5 or #Boolean`),
  ],
  aggregates: [
    ...each(['Integers', 'Decimals'], list(`Sum(#X); Min(#X); Max(#X); Avg(#X); Median(#X); Product(#X)`)),
    ...list(`Mode(#Integers); StdDev(#Decimals); Variance(#Decimals); PopulationStdDev(#Decimals);
      PopulationVariance(#Decimals)`),
    ...list(`GeometricMean(#Decimals); Count(#Strings); AllTrue(#Booleans); AnyTrue(#Booleans); Min(#Strings);
      Max(#Dates); Min(#Dates)`),
    ...list(`Sum(#Quantities); Max(#Quantities); Avg(#Quantities); Count((#Integers) X where X > 1)`),
  ],
  clinical: [
    ...['"Ones"', '"Numbers"', '"Nothing"'].flatMap((set) => [
      ...list(`#Code in ${set}; #Concept in ${set}; exists ((#Codes) C where C in ${set}); #Codes in ${set}`),
    ]),
    ...list(`#Code ~ #Code; #Code = #Code; #Concept ~ #Concept; #Code ~ #Concept; #Code !~ #Code; #Code in #Codes`),
    ...list(`#Code.code; #Code.display; #Concept.codes; First(#Concept.codes).system; ToConcept(#Code) ~ #Concept`),
    ...list(`#Codes intersect #Codes; (#Codes) C return C.code; #Code in { "One", "Two" }`),
  ],
};
