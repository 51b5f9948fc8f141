import { createRandom, type Random } from '../../support/random.ts';
import type { Definitions } from './expressions.ts';

/** The lists that queries range over, small enough that equal values and nulls meet. */
export const sources: Definitions = {
  Rows: `{
    Tuple { id: 1, n: 3, s: 'b', at: @2020-05-01T10:00:00.000-05:00 },
    Tuple { id: 2, n: 1, s: 'a', at: @2020-05-01T23:30:00.000+09:00 },
    Tuple { id: 3, n: null as Integer, s: 'b', at: @2020-05T },
    Tuple { id: 4, n: 3, s: null as String, at: null as DateTime },
    Tuple { id: 5, n: 2, s: 'a', at: @2020-05-01T15:00:00.000Z },
    Tuple { id: 6, n: 1, s: 'a', at: @2020-05-01T23:30:00.000+09:00 }
  }`,
  Others: `{
    Tuple { id: 1, n: 1, s: 'a', at: @2020-05-02T00:10:00.000-05:00 },
    Tuple { id: 7, n: null as Integer, s: 'c', at: @2020T },
    null,
    Tuple { id: 3, n: 2, s: 'b', at: @2020-04-30T10:00:00.000-05:00 },
    Tuple { id: 1, n: 1, s: 'a', at: @2020-05-02T00:10:00.000-05:00 },
    null
  }`,
  Single: `Tuple { id: 2, n: 3, s: 'a', at: @2020-05-01T10:00:00.000-05:00 }`,
  'No Rows': `"Rows" X where X.id > 9`,
  Unknown: `"Single" X where X.id > 9`,
};

/** As many random queries, the same for the same seed: `source let with without where return sort` or `aggregate`. */
export const randomQueries = (count: number, seed: number): Definitions => {
  const random = createRandom(seed);
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`Query ${i}`, outermost(random)]));
};

const some = <T>({ below }: Random, most: number, make: () => T): readonly T[] =>
  Array.from({ length: below(most + 1) }, make);

/** A query, or what a rule usually asks of one. */
const outermost = (random: Random): string => {
  const { pick } = random;
  return pick([
    () => query(random, []),
    () => query(random, []),
    () => query(random, []),
    () => plainQuery(random),
    () => aggregateQuery(random),
    () => singularQuery(random),
    () => `First(${query(random, [])})`,
    () => `Last(${query(random, [])})`,
    () => `exists (${query(random, [])})`,
    () => `Count(${query(random, [])})`,
    () => `Sum(${numbers(random, [])})`,
    () => `Max(${numbers(random, [])})`,
    () => `distinct (${numbers(random, [])})`,
    () => `(${numbers(random, [])}) union (${numbers(random, [])})`,
    () => `flatten ("Rows" R return all (${numbers(random, ['R'])}))`,
  ])();
};

const lists = ['Rows', 'Rows', 'Rows', 'Others', 'Others', 'No Rows'];
const singles = ['Single', 'Unknown'];

/** The head of a query: its sources, the names of `let`, relationships and condition; `outer` are aliases in scope. */
const head = (
  random: Random,
  outer: readonly string[],
  first = lists,
): { readonly text: string; readonly aliases: readonly string[] } => {
  const { pick, once } = random;
  const alias = (i: number) => `${'ABC'[i]}${outer.length}`;
  const own = first === lists && once(4) ? [alias(0), alias(1)] : [alias(0)];
  const ranged = own.map((name, i) => `"${pick(i === 0 ? first : [...lists, ...singles])}" ${name}`);
  const aliases = [...outer, ...own];
  const lets = some(random, 2, () => number(random, aliases)).map((text, i) => ({
    name: `l${outer.length}${i}`,
    text,
  }));
  const relations = some(
    random,
    once(3) ? 2 : 0,
    () =>
      `${pick(['with', 'without'])} "${pick(['Rows', 'Others', 'No Rows'])}" W such that ${joined(random, aliases)}`,
  );
  const where = once(3)
    ? []
    : [
        `where ${condition(
          random,
          aliases,
          lets.map(({ name }) => name),
        )}`,
      ];
  return {
    text: [
      own.length > 1 ? `from ${ranged.join(', ')}` : ranged[0],
      ...(lets.length > 0 ? [`let ${lets.map(({ name, text }) => `${name}: ${text}`).join(', ')}`] : []),
      ...relations,
      ...where,
    ].join(' '),
    aliases,
  };
};

const joined = (random: Random, aliases: readonly string[]): string => {
  const { pick } = random;
  const equal = `W.${pick(['n', 's', 'id', 'at'])}`;
  const element = equal.slice(2);
  return pick([
    `${equal} = ${pick(aliases)}.${element}`,
    `${equal} = ${pick(aliases)}.${element} and W.id != ${pick(aliases)}.id`,
    `W.n > ${number(random, aliases)}`,
    condition(random, [...aliases, 'W'], []),
  ]);
};

/** A query of tuples. */
const query = (random: Random, outer: readonly string[]): string => {
  const { pick } = random;
  const { text, aliases } = head(random, outer);
  const tuple = `Tuple { n: ${number(random, aliases)}, s: ${pick(aliases)}.s, at: ${pick(aliases)}.at }`;
  return `${text} return ${pick(['', 'all', 'distinct'])} ${tuple}${sortBy(random)}`;
};

/** A query of what its sources hold; of several, tuples of all. */
const plainQuery = (random: Random): string => {
  const { text } = head(random, []);
  return text.startsWith('from') ? text : `${text}${sortBy(random)}`;
};

const sortBy = (random: Random): string => {
  const keys = new Set(some(random, 3, () => random.pick(['n', 's', 'at', 'Coalesce(n, 2)', 'n + 1'])));
  const items = [...keys].map((key) => `${key} ${random.pick(['asc', 'desc'])}`);
  return items.length > 0 ? ` sort by ${items.join(', ')}` : '';
};

/** A query of one tuple, which has nothing to sort. */
const singularQuery = (random: Random): string => {
  const { text, aliases } = head(random, [], singles);
  return random.once(2) ? text : `${text} return ${number(random, aliases)}`;
};

/** A query of Integers. */
const numbers = (random: Random, outer: readonly string[]): string => {
  const { pick } = random;
  const { text, aliases } = head(random, outer);
  return `${text} return ${pick(['', 'all', 'all', 'distinct'])} ${number(random, aliases)}${pick(['', ' sort asc', ' sort desc'])}`;
};

const aggregateQuery = (random: Random): string => {
  const { pick } = random;
  const { text, aliases } = head(random, []);
  const step = pick([`R + ${number(random, aliases)}`, `R * 2 - 1`, `Coalesce(R + ${number(random, aliases)}, R)`]);
  return `${text} aggregate ${pick(['', 'all'])} R starting ${pick(['0', '1', '(null as Integer)'])}: ${step}`;
};

const number = ({ pick }: Random, aliases: readonly string[]): string =>
  pick([
    `${pick(aliases)}.n`,
    `${pick(aliases)}.n`,
    `${pick(aliases)}.id`,
    `(${pick(aliases)}.n + ${pick(aliases)}.id)`,
    `Coalesce(${pick(aliases)}.n, 0)`,
    `(if ${pick(aliases)}.s = 'a' then ${pick(aliases)}.n else ${pick(aliases)}.id)`,
    `Length(Coalesce(${pick(aliases)}.s, ''))`,
  ]);

const condition = (random: Random, aliases: readonly string[], lets: readonly string[]): string => {
  const { pick, once } = random;
  const simple = pick([
    `${pick(aliases)}.n > ${pick([...lets, '1', `${pick(aliases)}.id`])}`,
    `${pick(aliases)}.s = ${pick(["'a'", `${pick(aliases)}.s`])}`,
    `${pick(aliases)}.n is not null`,
    `${pick(aliases)}.at before ${pick(['day of ', ''])}${pick(['@2020-05-02T00:00:00.000-05:00', `${pick(aliases)}.at`])}`,
    `${pick(aliases)}.s in { 'a', 'c' }`,
    `${pick([...lets, '2'])} <= 2`,
    `not (${pick(aliases)}.n = 1)`,
    `${pick(aliases)} ~ ${pick(aliases)}`,
  ]);
  if (once(4) && aliases.length < 3) return `${simple} and exists (${query(random, aliases)})`;
  return once(3) ? `${simple} ${pick(['and', 'or'])} ${condition(random, aliases, lets)}` : simple;
};
