import { type ElementType, elementType, lineage, type ModelInfo } from '../model-info.ts';

/** A static type of CQL; names are those of the model info, `System.Integer`, `FHIR.Condition`. */
export type Type =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'list' | 'interval'; readonly of: Type }
  | { readonly kind: 'tuple'; readonly elements: Readonly<Record<string, Type>> }
  | { readonly kind: 'choice'; readonly of: readonly Type[] }
  | { readonly kind: 'unknown' };

export const unknown: Type = { kind: 'unknown' };
export const named = (name: string): Type => ({ kind: 'named', name });
export const system = (name: string): Type => named(`System.${name}`);
export const listOf = (of: Type): Type => ({ kind: 'list', of });
export const intervalOf = (of: Type): Type => ({ kind: 'interval', of });

/** `{http://hl7.org/fhir}Condition` as `FHIR.Condition`. */
export const modelName = (qualified: string): string =>
  qualified.replace('{http://hl7.org/fhir}', 'FHIR.').replace('{urn:hl7-org:elm-types:r1}', 'System.');

/** The type that an ELM type specifier, or a bare qualified name, stands for. */
export const fromSpecifier = (specifier: unknown): Type => {
  if (typeof specifier === 'string') return ofName(modelName(specifier));
  if (typeof specifier !== 'object' || specifier === null) return unknown;
  const { type, name, elementType, pointType, element, choice } = specifier as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'NamedTypeSpecifier':
      return fromSpecifier(name);
    case 'ListTypeSpecifier':
      return listOf(fromSpecifier(elementType));
    case 'IntervalTypeSpecifier':
      return intervalOf(fromSpecifier(pointType));
    case 'TupleTypeSpecifier':
      return {
        kind: 'tuple',
        elements: Object.fromEntries(
          ((element ?? []) as { name: string; elementType?: unknown; type?: unknown }[]).map((each) => [
            each.name,
            fromSpecifier(each.elementType ?? each.type),
          ]),
        ),
      };
    case 'ChoiceTypeSpecifier':
      return { kind: 'choice', of: ((choice ?? []) as unknown[]).map(fromSpecifier) };
    default:
      return unknown;
  }
};

const ofName = (name: string): Type => (name === 'System.Any' ? unknown : named(name));

/** The type of an element as the model info has it. */
export const fromElement = (type: ElementType): Type => {
  if (typeof type !== 'string') return { kind: 'choice', of: type.map(named) };
  const listed = /^List<(.+)>$/.exec(type)?.[1];
  return listed === undefined ? ofName(type) : listOf(named(listed));
};

/** The System type behind a FHIR primitive's `value`; undefined for any other type. */
export const primitiveValue = (model: ModelInfo, type: Type): string | undefined => {
  if (type.kind !== 'named' || !type.name.startsWith('FHIR.')) return undefined;
  const value = elementType(model, type.name, 'value');
  return typeof value === 'string' && value.startsWith('System.') ? value.slice(7) : undefined;
};

const isResource = (model: ModelInfo, name: string): boolean => lineage(model, name).includes('FHIR.Resource');

/**
 * Whether values of the type are raw FHIR JSON that does not tell its own type. Only a concrete FHIR type that is no
 * resource is; a value of a choice, or of a type that is not known, carries a tag instead.
 */
export const isRaw = (model: ModelInfo, type: Type): type is { kind: 'named'; name: string } =>
  type.kind === 'named' && type.name.startsWith('FHIR.') && !isAnyElement(type) && !isResource(model, type.name);

/** Whether values of the type may be elements of any other type, so that they carry a tag. */
export const isAnyElement = (type: Type): boolean =>
  type.kind === 'named' && (type.name === 'FHIR.Element' || type.name === 'FHIR.BackboneElement');

/** The names of all types that are the type or derive from it. */
export const derivedNames = (model: ModelInfo, name: string): readonly string[] =>
  Object.keys(model.types).filter((each) => lineage(model, each).includes(name));

/** Whether the one type is the other or derives from it. */
export const isA = (model: ModelInfo, type: Type, name: string): boolean =>
  type.kind === 'named' && lineage(model, type.name).includes(name);

/** A type as CQL writes it, the key by which overloads are told apart. */
export const typeText = (type: Type): string => {
  switch (type.kind) {
    case 'named':
      return type.name;
    case 'list':
      return `List<${typeText(type.of)}>`;
    case 'interval':
      return `Interval<${typeText(type.of)}>`;
    case 'tuple':
      return `Tuple{${Object.entries(type.elements)
        .map(([name, element]) => `${name} ${typeText(element)}`)
        .sort()
        .join(', ')}}`;
    case 'choice':
      return `Choice<${type.of.map(typeText).sort().join(', ')}>`;
    case 'unknown':
      return 'System.Any';
  }
};
