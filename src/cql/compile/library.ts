import type { Elm, ElmNode, ElmStatement } from '../elm.ts';
import type { ModelInfo } from '../model-info.ts';
import { type Code, type Compiler, type FunctionTarget, type Scope, UnsupportedNode } from './code.ts';
import { createCodes, findDeclaration } from './codes.ts';
import { compileFalse, compileTrue } from './condition.ts';
import { createDistinctness } from './distinctness.ts';
import { compileExpression } from './expression.ts';
import { freeNames } from './free-names.ts';
import { operandTypes, overload, signatureOf, typeOfStatement } from './functions.ts';
import { createIdentifiers } from './identifiers.ts';
import { objectKey, quote } from './property.ts';
import { indent } from './query.ts';
import { fromSpecifier, unknown } from './type.ts';
import { coerce } from './types-of-values.ts';

export interface CompileInput {
  readonly elm: Elm;
  /** The library behind an include: its ELM and the name by which the host finds it when linking. */
  readonly included: (
    path: string,
    version: string | undefined,
  ) => { readonly key: string; readonly elm: Elm } | undefined;
  readonly model: ModelInfo;
  /** The names of the functions that generated code may call. */
  readonly runtime: ReadonlySet<string>;
  /** Whether the value of every clause is told to the evaluation's trace. */
  readonly traced?: boolean;
}

/**
 * A library as the text of an ES module that exports `link(rt, host)`. A definition becomes a function of the evaluation,
 * named after it, with its place in the CQL.
 *
 * @throws UnsupportedNode when the library has a node for which there is no compiled form
 */
export const compileLibrary = ({ elm, included, model, runtime, traced = false }: CompileInput): string => {
  const { library } = elm;
  const identifiers = createIdentifiers(runtime);
  const used = new Set<string>();
  const includes = new Map<string, { readonly js: string; readonly elm: Elm }>();
  const sections = {
    includes: [] as string[],
    declared: [] as string[],
    constants: [] as string[],
    once: [] as string[],
  };
  const known = new Map<string, string>();
  let context = 'Patient';

  /** The one declaration for a text, made when it is first asked for. */
  const declare = (section: string[], js: string, name: string): string => {
    const key = `${section === sections.once ? 'once ' : ''}${js}`;
    let identifier = known.get(key);
    if (identifier === undefined) {
      identifier = identifiers.take(name);
      known.set(key, identifier);
      section.push(`const ${identifier} = ${js};`);
    }
    return identifier;
  };

  const elmOf = (alias: string | undefined): { readonly elm: Elm; readonly js?: string } => {
    if (alias === undefined) return { elm };
    const found = includes.get(alias);
    if (found) return found;
    const include = library.includes?.def.find(({ localIdentifier }) => localIdentifier === alias);
    const target = include && included(include.path, include.version);
    if (!target) throw new UnsupportedNode(`the include ${alias}`);
    const js = declare(sections.includes, `host.include(${quote(target.key)})`, alias);
    const entry = { js, elm: target.elm };
    includes.set(alias, entry);
    return entry;
  };

  const statements = library.statements?.def ?? [];
  const own = new Map<ElmNode, string>(statements.map((statement) => [statement, identifiers.take(statement.name)]));
  const parameters = new Map(
    (library.parameters?.def ?? []).map((parameter) => [parameter.name, identifiers.take(parameter.name)]),
  );

  /** The library behind an alias of a library that may be another than the one being compiled. */
  const includedBy = (from: Elm, alias: string | undefined): Elm | undefined => {
    if (alias === undefined) return from;
    const include = from.library.includes?.def.find(({ localIdentifier }) => localIdentifier === alias);
    return include && included(include.path, include.version)?.elm;
  };
  const distinctness = createDistinctness(includedBy);

  const emptyScope: Scope = { names: new Map(), repeated: false };
  const c: Compiler = {
    model,
    traced,
    value: (node, scope) => {
      const type = String(node.type);
      if (type === 'Retrieve' && context !== 'Patient')
        throw new UnsupportedNode(`a retrieve in the context ${context}`, node);
      if (!traced && scope.repeated && !isCheap(node) && freeNames(node).size === 0) {
        const code = compileExpression(node, emptyScope, c);
        return /^[\w$]+$/.test(code.js) ? code : { js: c.once(code.js), type: code.type };
      }
      const code = compileExpression(node, scope, c);
      return traced && typeof node.localId === 'string' && !silent.has(type)
        ? {
            js: `trace(e, ${quote(node.localId)}, () => ${code.js.startsWith('{') ? `(${code.js})` : code.js})`,
            type: code.type,
          }
        : code;
    },
    as: (node, type, scope) => coerce(c.value(node, scope), type, c),
    isTrue: (node, scope) => compileTrue(node, scope, c),
    isFalse: (node, scope) => compileFalse(node, scope, c),
    rt: (name) => {
      if (!runtime.has(name)) throw new UnsupportedNode(`the operator ${name}`);
      used.add(name);
      return name;
    },
    constant: (js) => declare(sections.constants, js, /^host\.retrieve/.test(js) ? 'retrieve' : 'constant'),
    once: (js) => `${declare(sections.once, `host.once((e) => ${js})`, 'once')}(e)`,
    hasDistinctRows: (query) => distinctness.hasDistinctRows(query, elm),
    local: (name) => identifiers.local(name === '$this' ? 'each' : name),
    definition: (alias, name) => {
      const { elm: of, js } = elmOf(alias);
      const statement = of.library.statements?.def.find((each) => each.name === name && each.type !== 'FunctionDef');
      if (!statement) throw new UnsupportedNode(`the definition ${name}`);
      const identifier =
        js === undefined
          ? own.get(statement)
          : declare(sections.includes, `${js}.definitions[${quote(name)}]`, `${alias} ${name}`);
      return { js: `${identifier}(e)`, type: typeOfStatement(statement) };
    },
    functionFor: (alias, node, operands) => {
      const { elm: of, js } = elmOf(alias);
      const def = overload(of, node, operands, model);
      const types = operandTypes(def);
      const body = def.expression as ElmNode | undefined;
      return {
        js:
          js === undefined
            ? (own.get(def) as string)
            : declare(sections.includes, `${js}.functions[${quote(signatureOf(def))}]`, `${alias} ${def.name}`),
        operands: types,
        result: typeOfStatement(def),
        library: of.library.identifier.id,
        readsValue:
          types.length === 1 &&
          body?.type === 'Property' &&
          body.path === 'value' &&
          (body.source as ElmNode | undefined)?.type === 'OperandRef',
      } satisfies FunctionTarget;
    },
    parameter: (alias, name) => {
      const { elm: of, js } = elmOf(alias);
      const parameter = of.library.parameters?.def.find((each) => each.name === name);
      if (!parameter) throw new UnsupportedNode(`the parameter ${name}`);
      const identifier =
        js === undefined
          ? parameters.get(name)
          : declare(sections.includes, `${js}.parameters[${quote(name)}]`, `${alias} ${name}`);
      return {
        js: `${identifier}(e)`,
        type: fromSpecifier(
          parameter.parameterTypeSpecifier ?? parameter.resultTypeSpecifier ?? parameter.resultTypeName,
        ),
      };
    },
    valueSet: (alias, name) => {
      const { id, version } = findDeclaration(elmOf(alias).elm, 'valueSets', name) as { id?: string; version?: string };
      return declare(
        sections.declared,
        `host.valueSet(${quote(String(id))}${version === undefined ? '' : `, ${quote(version)}`})`,
        name,
      );
    },
    code: (alias, name) => codes.code(elmOf(alias).elm, name),
    inlineCode: (node) => codes.inlineCode(elm, node),
    concept: (alias, name) => codes.concept(elmOf(alias).elm, name),
  };
  const codes = createCodes({ includedBy, declare: (js, name) => declare(sections.declared, js, name), rt: c.rt });

  const body: string[] = [];
  /** What is the same all through an evaluation stands before the definition that asks for it first. */
  const flushOnce = () => sections.once.splice(0);
  for (const { name, locator, ...parameter } of library.parameters?.def ?? []) {
    const given = parameter.default as ElmNode | undefined;
    const type = fromSpecifier(
      parameter.parameterTypeSpecifier ?? parameter.resultTypeSpecifier ?? parameter.resultTypeName,
    );
    const js = given ? c.as(given, type, emptyScope) : 'null';
    body.push(
      `const ${parameters.get(name)} = host.parameter(${quote(name)}, (e) => ${js});${locator ? ` // ${locator}` : ''}`,
    );
  }
  body.push(...flushOnce());
  for (const statement of statements) {
    context = String(statement.context ?? 'Patient');
    identifiers.next();
    const identifier = own.get(statement) as string;
    if (statement.expression === undefined) throw new UnsupportedNode(`the external function ${statement.name}`);
    const expression = statement.expression as ElmNode;
    if (statement.type === 'FunctionDef') {
      const operands = ((statement.operand ?? []) as ElmNode[]).map(({ name }, i) => ({
        name: String(name),
        js: identifiers.local(String(name)),
        type: operandTypes(statement)[i] ?? unknown,
      }));
      const scope: Scope = {
        names: new Map(operands.map(({ name, js, type }) => [name, { js, type }])),
        repeated: true,
      };
      const code: Code = { js: c.as(expression, typeOfStatement(statement), scope), type: unknown };
      body.push(
        '',
        ...flushOnce(),
        `// ${onOneLine(signatureOf(statement))}, ${statement.locator ?? 'generated'}`,
        `const ${identifier} = (${['e', ...operands.map(({ js }) => js)].join(', ')}) => ${asBody(code.js)};`,
      );
    } else {
      const js = c.as(expression, typeOfStatement(statement), emptyScope);
      const place = statement.locator === undefined ? 'undefined' : quote(statement.locator);
      body.push(
        '',
        ...flushOnce(),
        `const ${identifier} = host.define(${quote(statement.name)}, ${place}, (e) => ${asBody(js)});`,
      );
    }
  }

  const exported = (wanted: (statement: ElmStatement) => boolean, key: (statement: ElmStatement) => string) =>
    statements.filter(wanted).map((statement) => `  ${objectKey(key(statement))}: ${own.get(statement)},`);
  const isFunction = ({ type }: ElmStatement) => type === 'FunctionDef';
  const lines = [
    ...(used.size > 0 ? [`const { ${[...used].sort().join(', ')} } = rt;`] : []),
    ...(traced ? ['const { read, trace } = host;'] : []),
    ...sections.includes,
    ...sections.declared,
    ...sections.constants,
    ...body,
    '',
    'return {',
    ...indent([
      'definitions: {',
      ...exported(
        (each) => !isFunction(each),
        ({ name }) => name,
      ),
      '},',
    ]),
    ...indent(['functions: {', ...exported(isFunction, signatureOf), '},']),
    ...indent(['parameters: {', ...[...parameters].map(([name, js]) => `  ${objectKey(name)}: ${js},`), '},']),
    '};',
  ];
  const { id, version } = library.identifier;
  return [
    `// The CQL library ${onOneLine(id)}${version === undefined ? '' : ` ${onOneLine(version)}`}, compiled from its ELM; places are line:column of the CQL.`,
    'export const link = (rt, host) => {',
    ...indent(lines),
    '};',
    '',
  ].join('\n');
};

/** A name in a comment, which a line break would end. */
const onOneLine = (name: string): string => name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');

/** Nodes whose code costs no more than looking up a value kept for it. */
const cheap = new Set(
  `Null Literal Quantity ExpressionRef ParameterRef AliasRef QueryLetRef OperandRef IdentifierRef CodeRef ConceptRef Now Today
  TimeOfDay Retrieve MinValue MaxValue Message`.split(/\s+/),
);

const isCheap = (node: ElmNode): boolean =>
  cheap.has(String(node.type)) ||
  (node.type === 'List' && ((node.element ?? []) as unknown[]).length === 0) ||
  (node.type === 'Property' && node.path !== 'value' && node.source !== undefined && isCheap(node.source as ElmNode));

/** Nodes without a value of their own. */
const silent = new Set(['ValueSetRef']);

/** A function called on the spot becomes the function itself. */
const asBody = (js: string): string => {
  const inner = /^\(\(\) => (\{[\s\S]*\})\)\(\)$/.exec(js)?.[1];
  return inner !== undefined && !inner.includes('\n})()') ? inner : js.startsWith('{') ? `(${js})` : js;
};
