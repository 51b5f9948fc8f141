import type { ElmNode } from '../elm.ts';
import { type Code, type Compiler, type Scope, UnsupportedNode } from './code.ts';
import { freeNames } from './free-names.ts';
import { objectKey, readElement } from './property.ts';
import { createSharedCalls } from './shared-calls.ts';
import { isA, listOf, primitiveValue, type Type } from './type.ts';

/** A query as loops in a function that is called on the spot. */
export const compileQuery = (node: ElmNode, scope: Scope, c: Compiler): Code => {
  const sources = nodes(node.source).map((source) => ({
    alias: String(source.alias),
    code: c.value(source.expression as ElmNode, scope),
  }));
  const loops = sources.map(({ alias, code }) => ({
    alias,
    code,
    name: c.local(alias),
    list: c.local(`${alias}List`),
    item: code.type.kind === 'list' ? code.type.of : code.type,
    calls: createSharedCalls(c.local),
  }));
  const lets = nodes(node.let).map(({ identifier }) => String(identifier));
  let inner: Scope = {
    names: new Map([
      ...scope.names,
      ...loops.map(({ alias, name, item }) => [alias, { js: name, type: item }] as const),
    ]),
    repeated: true,
    rows: [
      ...(scope.rows ?? []),
      ...loops.map(({ alias, calls }, i) => ({
        names: new Set(i === loops.length - 1 ? [alias, ...lets] : [alias]),
        calls,
      })),
    ],
  };

  const body: string[] = ['if (--e.work < 0) e.exhausted();'];
  for (const each of nodes(node.let)) {
    const name = c.local(String(each.identifier));
    const { js, type } = c.value(each.expression as ElmNode, inner);
    body.push(`const ${name} = ${js};`);
    inner = { ...inner, names: new Map([...inner.names, [String(each.identifier), { js: name, type }]]) };
  }
  const before: string[] = [];
  for (const each of nodes(node.relationship)) {
    const { setUp, condition } = compileRelationship(each, inner, scope, c);
    before.push(...setUp);
    body.push(`if (!${condition}) continue;`);
  }
  if (node.where) body.push(`if (!${c.isTrue(node.where as ElmNode, inner)}) continue;`);

  const single = loops.length === 1 ? loops[0] : undefined;
  const aggregate = node.aggregate as ElmNode | undefined;
  const row: Code = single
    ? { js: single.name, type: single.item }
    : {
        js: `{ ${loops.map(({ alias, name }) => `${objectKey(alias)}: ${name}`).join(', ')} }`,
        type: { kind: 'tuple', elements: Object.fromEntries(loops.map(({ alias, item }) => [alias, item])) },
      };
  const returned = node.return as ElmNode | undefined;
  const result = returned ? c.value(returned.expression as ElmNode, inner) : row;
  const isList = loops.some(({ code }) => code.type.kind === 'list');
  const unsure = loops.some(({ code }) => code.type.kind === 'unknown' || code.type.kind === 'choice');
  if (unsure) throw new UnsupportedNode('a query over a source of which it is not known whether it is a list', node);

  const after: string[] = [];
  let type: Type;
  if (aggregate) {
    const total = c.local(String(aggregate.identifier));
    if (aggregate.distinct === true) throw new UnsupportedNode('aggregate distinct', node);
    const starting = aggregate.starting ? c.value(aggregate.starting as ElmNode, scope) : undefined;
    const declared = aggregate.resultTypeSpecifier ?? aggregate.resultTypeName;
    type =
      starting && starting.js !== 'null'
        ? starting.type
        : c.value({ type: 'Null', resultTypeSpecifier: declared }, scope).type;
    const step = c.value(aggregate.expression as ElmNode, {
      ...inner,
      names: new Map([...inner.names, [String(aggregate.identifier), { js: total, type }]]),
      rows: withLambda(inner, String(aggregate.identifier)),
    });
    before.push(`let ${total} = ${starting?.js ?? 'null'};`);
    body.push(`${total} = ${step.js};`);
    after.push(`return ${total};`);
  } else {
    before.push('const result = [];');
    body.push(`result.push(${result.js});`);
    // Without a return the rows are the sources' own, doubles and all.
    const distinct = returned !== undefined && returned.distinct !== false && !c.hasDistinctRows(node);
    const rows = distinct ? `${c.rt('distinct')}(result)` : 'result';
    const sorted = node.sort ? compileSort(node.sort as ElmNode, rows, result.type, scope, c) : rows;
    after.push(isList ? `return ${sorted};` : `return ${sorted}[0];`);
    type = isList ? listOf(result.type) : result.type;
  }

  const resolve = (text: string) => loops.reduceRight((resolved, { calls }) => calls.resolve(resolved), text);
  const js = [
    '(() => {',
    ...indent([
      ...loops.map(({ list, code }) => `const ${list} = ${code.js};`),
      `if (${loops.map(({ list }) => `${list} == null`).join(' && ')}) return null;`,
      ...before,
      ...nest(
        loops.map(({ name, list, code, calls }) => {
          const items = code.type.kind === 'list' ? list : `[${list}]`;
          const head = `for (const ${name} of ${single ? items : `${list} == null ? [] : ${items}`}) {`;
          const variables = calls.variables();
          return [head, ...(variables.length > 0 ? [`let ${variables.join(', ')};`] : [])];
        }),
        body.map(resolve),
      ),
      ...after,
    ]),
    '})()',
  ].join('\n');
  return { js, type };
};

/** A query of one list that has at most a condition and a return, as what a search for its first row is made of. */
const compileFilter = (node: ElmNode, scope: Scope, c: Compiler) => {
  if (node.type !== 'Query' || c.traced || node.aggregate) return undefined;
  const [source, ...others] = nodes(node.source);
  const isPlain = ['let', 'relationship'].every((part) => nodes(node[part]).length === 0);
  if (!source || others.length > 0 || !isPlain) return undefined;
  const { js, type } = c.value(source.expression as ElmNode, scope);
  if (type.kind !== 'list') return undefined;
  const alias = String(source.alias);
  const item: Code = { js: c.local(alias), type: type.of };
  const inner: Scope = {
    names: new Map([...scope.names, [alias, item]]),
    repeated: true,
    rows: withLambda(scope, alias),
  };
  return { list: js, item, inner, where: node.where ? c.isTrue(node.where as ElmNode, inner) : undefined };
};

/** `exists` of a query that only filters: a search that ends with the first row found. Undefined for any other query. */
export const compileExistsOfQuery = (node: ElmNode, scope: Scope, c: Compiler): string | undefined => {
  const filter = node.return ? undefined : compileFilter(node, scope, c);
  if (!filter) return undefined;
  const { list, item, where } = filter;
  return `${c.rt('some')}(${list}, (${item.js}) => ${item.js} != null${where === undefined ? '' : ` && ${where}`}, e)`;
};

/** `First` of a query that filters and returns: a search that ends with the first row. Undefined for any other query. */
export const compileFirstOfQuery = (node: ElmNode, scope: Scope, c: Compiler): Code | undefined => {
  const filter = node.sort ? undefined : compileFilter(node, scope, c);
  if (!filter) return undefined;
  const { list, item, inner, where = 'true' } = filter;
  const returned = node.return as ElmNode | undefined;
  const { js, type } = returned ? c.value(returned.expression as ElmNode, inner) : item;
  const body = js.startsWith('{') ? `(${js})` : js;
  return { js: `${c.rt('firstWhere')}(${list}, (${item.js}) => ${where}, (${item.js}) => ${body}, e)`, type };
};

/** `with` and `without`: a condition, and what stands before the loops. */
const compileRelationship = (node: ElmNode, scope: Scope, outer: Scope, c: Compiler) => {
  const alias = String(node.alias);
  const expression = node.expression as ElmNode;
  const dependent = [...freeNames(expression)].some(
    (name) => !outer.names.has(name) || scope.names.get(name) !== outer.names.get(name),
  );
  const source = c.value(expression, dependent ? scope : outer);
  if (source.type.kind !== 'list') throw new UnsupportedNode('with over what is not known to be a list', node);
  const name = c.local(alias);
  const inner: Scope = {
    names: new Map([...scope.names, [alias, { js: name, type: source.type.of }]]),
    repeated: true,
    rows: withLambda(scope, alias),
  };
  const join = dependent ? undefined : equalityJoin(node.suchThat as ElmNode, alias, inner, c);
  const negated = node.type === 'Without' ? '!' : '';
  const some = (list: string, condition: string) => `${negated}${c.rt('some')}(${list}, (${name}) => ${condition}, e)`;
  if (dependent) return { setUp: [], condition: some(source.js, c.isTrue(node.suchThat as ElmNode, inner)) };
  const list = c.local(`${alias}List`);
  if (!join) {
    // Computed when the first row asks for it, as the rows may be none.
    return {
      setUp: [`let ${list};`],
      condition: some(`(${list} ??= ${source.js} ?? [])`, c.isTrue(node.suchThat as ElmNode, inner)),
    };
  }
  const own = c.value(join.own, inner).js;
  const rest = join.rest.map((each) => c.isTrue(each, inner));
  const index = `(${list} ??= ${c.rt('indexBy')}(${source.js}, (${name}) => ${own}, e))`;
  const found = `${c.rt('some')}(${c.rt('joined')}(${list}, ${c.value(join.other, scope).js}), (${name}) => ${
    rest.length === 0 ? 'true' : `(${rest.join(' && ')})`
  }, e)`;
  // With nothing to join with, the rows need not be asked for their keys.
  return { setUp: [`let ${list};`], condition: `${negated}(${index}.size > 0 && ${found})` };
};

/** An equality of texts or numbers of which one side is the joined alias's alone and the other the rows': a look-up. */
const equalityJoin = (suchThat: ElmNode, alias: string, scope: Scope, c: Compiler) => {
  if (c.traced) return undefined;
  const all = conjuncts(suchThat);
  for (const each of all) {
    if (each.type !== 'Equal') continue;
    const [left, right] = each.operand as [ElmNode, ElmNode];
    for (const [own, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const names = freeNames(own);
      if (names.size !== 1 || !names.has(alias) || freeNames(other).has(alias)) continue;
      if (![own, other].every((side) => isScalar(c.value(side, scope).type, c))) continue;
      return { own, other, rest: all.filter((one) => one !== each) };
    }
  }
  return undefined;
};

const conjuncts = (node: ElmNode): readonly ElmNode[] =>
  node.type === 'And' ? (node.operand as ElmNode[]).flatMap(conjuncts) : [node];

const isScalar = (type: Type, c: Compiler): boolean =>
  (type.kind === 'named' && /^System\.(String|Integer)$/.test(type.name)) || primitiveValue(c.model, type) === 'String';

const compileSort = (sort: ElmNode, rows: string, item: Type, scope: Scope, c: Compiler): string => {
  const by = nodes(sort.by).map((each) => {
    const name = c.local('item');
    const direction = /^desc/.test(String(each.direction)) ? -1 : 1;
    const key = sortKey(each, { js: name, type: item }, scope, c);
    return `[(${name}) => ${key}, ${direction}]`;
  });
  return `${c.rt('sortBy')}(${rows}, [${by.join(', ')}])`;
};

const sortKey = (by: ElmNode, item: Code, scope: Scope, c: Compiler): string => {
  switch (by.type) {
    case 'ByDirection':
      return comparable(item, c);
    case 'ByColumn':
      return comparable(by.path === '$this' ? item : readElement(item, String(by.path), by, c), c);
    case 'ByExpression':
      return comparable(c.value(by.expression as ElmNode, { ...scope, item, repeated: true, rows: [] }), c);
    default:
      throw new UnsupportedNode(`a sort ${String(by.type)}`, by);
  }
};

/** The translator lets `sort by issued` name a FHIR element and converts nothing. */
const comparable = (code: Code, c: Compiler): string => {
  if (primitiveValue(c.model, code.type) !== undefined) return readElement(code, 'value', {}, c).js;
  if (isA(c.model, code.type, 'FHIR.Quantity')) return `${c.rt('quantityOf')}(${code.js})`;
  if (code.type.kind === 'choice' || code.type.kind === 'unknown')
    return `${c.rt('sortKeyOf')}(host.model, ${code.js}, e)`;
  return code.js;
};

const nodes = (value: unknown): readonly ElmNode[] => (value ?? []) as readonly ElmNode[];

/** Blocks inside each other, each given by its head and the lines that it begins with. */
const nest = (blocks: readonly (readonly string[])[], body: readonly string[]): readonly string[] => {
  const [[head = '', ...first] = [], ...rest] = blocks;
  return blocks.length === 0 ? body : [head, ...indent([...first, ...nest(rest, body)]), '}'];
};

/** The rows of a scope with a name that an arrow function brings, in which nothing can be declared. */
const withLambda = (scope: Scope, name: string) => [...(scope.rows ?? []), { names: new Set([name]) }];

export const indent = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => line.split('\n')).map((line) => (line === '' ? line : `  ${line}`));
