import { literals } from './literals.ts';
import { families } from './operators.ts';

/** CQL of definitions, by name. */
export type Definitions = Readonly<Record<string, string>>;

/** A definition for each template of a family, which gives its value for all operands; its name is the template. */
export const definitionsOfFamily = (family: string): Definitions =>
  Object.fromEntries((families[family] ?? []).map((template) => [template, overAllOperands(template)]));

const overAllOperands = (template: string): string => {
  const types: string[] = [];
  const value = template.replace(/#(\w+)/g, (_, type: string) => names[types.push(type) - 1] as string);
  if (types.length === 0) return template;
  const sources = types.map((type, i) => `({ ${literalsOf(type).join(', ')} }) ${names[i]}`);
  const operands = types.map((_, i) => `${names[i]?.toLowerCase()}: ${names[i]}`);
  return `from ${sources.join(', ')} return all Tuple { ${operands.join(', ')}, value: ${value} }`;
};

const names = ['A', 'B', 'C'];

const literalsOf = (type: string): readonly string[] => {
  const known = literals[type];
  if (!known) throw new Error(`there is no literal of the type ${type}`);
  return known;
};

/** A library of definitions, with the codes that they name. */
export const libraryText = (name: string, definitions: Definitions): string =>
  [
    `library ${name}`,
    `using FHIR version '4.0.1'`,
    `include FHIRHelpers version '4.0.1'`,
    `codesystem "S": 'http://s'`,
    `codesystem "T": 'http://t'`,
    `valueset "Ones": 'http://test/Ones'`,
    `valueset "Numbers": 'http://test/Numbers'`,
    `valueset "Nothing": 'http://test/Nothing'`,
    `code "One": '1' from "S" display 'one'`,
    `code "Two": '2' from "S" display 'two'`,
    `concept "Either": { "One", "Two" } display 'either'`,
    'context Patient',
    ...Object.entries(definitions).map(
      ([definition, text]) => `define "${definition.replace(/["\\]/g, '\\$&')}": ${text}`,
    ),
    '',
  ].join('\n');
