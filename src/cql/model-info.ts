import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** An element's type: a name such as `FHIR.Coding`, `List<FHIR.Coding>`, or the names of a choice. */
export type ElementType = string | readonly string[];

interface TypeInfo {
  readonly base?: string;
  readonly codePath?: string;
  readonly elements: Readonly<Record<string, ElementType>>;
}

/** The FHIR 4.0.1 data model as CQL sees it. */
export interface ModelInfo {
  readonly types: Readonly<Record<string, TypeInfo>>;
  readonly conversions: readonly { readonly functionName: string; readonly from: string; readonly to: string }[];
}

/** The model info of FHIR 4.0.1 as published in XML; it comes with cql-exec-fhir. */
export const readModelInfoXml = (): string =>
  readFileSync(createRequire(import.meta.url).resolve('cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml'), 'utf8');

/** Reads model info XML (CQL Translator's modelinfo.xsd) into the compact form the engines use. */
export const parseModelInfo = (xml: string): ModelInfo => {
  const types: Record<string, { base?: string; codePath?: string; elements: Record<string, ElementType> }> = {};
  const conversions: { functionName: string; from: string; to: string }[] = [];
  let type: (typeof types)[string] | undefined;
  let element: string | undefined;
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes: a }: SaxesTagPlain) => {
    if (name === 'typeInfo' && a.name) {
      type = {
        elements: {},
        ...(a.baseType && { base: a.baseType }),
        ...(a.primaryCodePath && { codePath: a.primaryCodePath }),
      };
      types[`${a.namespace ?? 'FHIR'}.${a.name}`] = type;
    } else if (name === 'element' && type && a.name) {
      element = a.name;
      if (a.elementType) type.elements[element] = a.elementType;
    } else if (name === 'elementTypeSpecifier' && type && element) {
      // A list of a nested type names it in a second specifier inside the first; a choice lists its types below.
      if (a.elementType) type.elements[element] = `List<${a.elementType}>`;
      else if (a.name) type.elements[element] = `List<${a.namespace ?? a.modelName ?? 'FHIR'}.${a.name}>`;
      else type.elements[element] = [];
    } else if (name === 'choice' && type && element) {
      const choices = type.elements[element] as string[];
      choices.push(`${a.namespace ?? a.modelName ?? 'FHIR'}.${a.name}`);
    } else if (name === 'conversionInfo') {
      conversions.push({ functionName: a.functionName ?? '', from: a.fromType ?? '', to: a.toType ?? '' });
    }
  });
  parser.write(xml).close();
  return { types, conversions };
};

/**
 * The name under which JSON holds a choice that is of a type, `valueQuantity`. SimpleQuantity is a profile of Quantity and
 * names no element of its own: `doseQuantity`.
 */
export const choiceName = (path: string, type: string): string => {
  const name = type.slice(type.indexOf('.') + 1);
  return path + (name === 'SimpleQuantity' ? 'Quantity' : name.charAt(0).toUpperCase() + name.slice(1));
};

/** The type's own name and those of all it derives from, nearest first. */
export const lineage = (model: ModelInfo, name: string): readonly string[] => {
  const names: string[] = [];
  for (let at: string | undefined = name; at; at = model.types[at]?.base) names.push(at);
  return names;
};

/** The type of an element, looked up through the base types; undefined when there is none of that name. */
export const elementType = (model: ModelInfo, typeName: string, element: string): ElementType | undefined => {
  for (let at: string | undefined = typeName; at; at = model.types[at]?.base) {
    const found = model.types[at]?.elements[element];
    if (found !== undefined) return found;
  }
  return undefined;
};
