import { Code } from 'cql-execution';
import type { FhirResource } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import { canonicalSystem } from '../terminology/systems.ts';
import { type ElementType, elementType, lineage, type ModelInfo } from './model-info.ts';
import { type ReadingZone, readDate, readDateTime, readTime } from './runtime/read-date.ts';

/**
 * FHIR JSON as cql-execution asks for it: typed, and wrapped only where an expression looks.
 *
 * `key` is the one enumerable property on purpose: cql-execution compares and de-duplicates model objects by their
 * enumerable properties. A resource is equal to itself alone, which costs nothing; anything else is equal by its JSON.
 */
export class ModelObject {
  readonly key: unknown;
  readonly #json: Readonly<Record<string, unknown>>;
  readonly #type: string;
  readonly #types: ModelTypes;
  readonly #known = new Map<string, unknown>();

  /** @param key what equality goes by; a resource has a name that no other has in its evaluation */
  constructor(json: Readonly<Record<string, unknown>>, type: string, types: ModelTypes, key: unknown = json) {
    this.key = key;
    this.#json = json;
    this.#type = type;
    this.#types = types;
  }

  get json(): Readonly<Record<string, unknown>> {
    return this.#json;
  }

  get(path: string): unknown {
    if (this.#known.has(path)) return this.#known.get(path);
    const value = this.#read(path);
    this.#known.set(path, value);
    return value;
  }

  /** Whether the type has the element that a path begins with, present here or not. */
  has(path: string): boolean {
    return this.#types.element(this.#type, path.split('.')[0] ?? '') !== undefined;
  }

  #read(path: string): unknown {
    const dot = path.indexOf('.');
    if (dot > 0) {
      const head = this.get(path.slice(0, dot));
      return head instanceof ModelObject ? head.get(path.slice(dot + 1)) : undefined;
    }
    const type = this.#types.element(this.#type, path);
    if (type === undefined) return undefined;
    if (typeof type !== 'string') {
      for (const choice of type) {
        const name = path + capitalised(choice.slice(choice.indexOf('.') + 1));
        if (this.json[name] != null || this.json[`_${name}`] != null) return this.#wrap(name, choice);
      }
      return undefined;
    }
    return this.#wrap(path, type);
  }

  #wrap(name: string, type: string): unknown {
    const value = this.json[name];
    if (type.startsWith('System.')) return systemValue(value, type, this.#types.zone);
    const listed = /^List<(.+)>$/.exec(type)?.[1];
    const sibling = this.json[`_${name}`];
    if (listed === undefined) return this.#types.wrap(value, sibling, type);
    if (value == null && sibling == null) return undefined;
    // One object where the specification has a list (seen in requests) is read as a list of one.
    const values = [value ?? []].flat();
    const siblings = [sibling ?? []].flat();
    return Array.from({ length: Math.max(values.length, siblings.length) }, (_, i) =>
      this.#types.wrap(values[i], siblings[i], listed),
    );
  }

  getId(): unknown {
    return this.json.id;
  }

  /** What a retrieve compares with its codes. */
  getCode(path: string): unknown {
    return toCode(this.get(path));
  }

  getDate(path: string): unknown {
    const value = this.get(path);
    return value instanceof ModelObject ? (value.get('value') ?? value) : value;
  }

  getDateOrInterval(path: string): unknown {
    return this.getDate(path);
  }

  _is(specifier: { type?: string; name?: string }): boolean {
    return specifier.name !== undefined && this.#types.qualified(this.#type).has(specifier.name);
  }

  /** Whether it stands for a FHIR primitive, whose JSON is kept as `{value}`. */
  isPrimitive(): boolean {
    return this.#types.isPrimitive(this.#type);
  }

  /** `FHIR.Quantity`, as the model info names it. */
  typeName(): string {
    return this.#type;
  }
}

/** The model as one evaluation sees it: a DateTime without offset is in the evaluation's zone. */
export interface ModelTypes {
  readonly zone: ReadingZone;
  element(type: string, name: string): ElementType | undefined;
  qualified(type: string): ReadonlySet<string>;
  isPrimitive(type: string): boolean;
  wrap(value: unknown, sibling: unknown, type: string): ModelObject | undefined;
  resource(resource: FhirResource): ModelObject;
}

/** One a process: what is looked up again and again is kept, and nothing of any record. */
export const createModelTypes = (model: ModelInfo): ((zone: ReadingZone) => ModelTypes) => {
  const elements = new Map<string, Map<string, ElementType | undefined>>();
  const qualifiedNames = new Map<string, ReadonlySet<string>>();
  const primitive = new Map<string, boolean>();

  const isPrimitive = (type: string): boolean => {
    let known = primitive.get(type);
    if (known === undefined) {
      const value = elementType(model, type, 'value');
      // FHIR.uuid and its like hold a System value; FHIR.Quantity's value is itself a FHIR type.
      known = typeof value === 'string' && value.startsWith('System.');
      primitive.set(type, known);
    }
    return known;
  };

  const shared: Pick<ModelTypes, 'element' | 'qualified' | 'isPrimitive'> = {
    isPrimitive,
    element: (type, name) =>
      getOrCompute(
        getOrCompute(elements, type, () => new Map<string, ElementType | undefined>()),
        name,
        () => elementType(model, type, name),
      ),
    qualified: (type) => {
      let names = qualifiedNames.get(type);
      if (!names) {
        names = new Set([...lineage(model, type).map(qualifiedName), '{urn:hl7-org:elm-types:r1}Any']);
        qualifiedNames.set(type, names);
      }
      return names;
    },
  };
  return (zone) => {
    // A resource is one object, whoever asks for it, so that it is equal to itself.
    const resources = new Map<object, ModelObject>();
    const ofResource = (json: Readonly<Record<string, unknown>>): ModelObject =>
      getOrCompute(
        resources,
        json,
        () => new ModelObject(json, `FHIR.${String(json.resourceType)}`, types, `resource ${resources.size}`),
      );
    const types: ModelTypes = {
      ...shared,
      zone,
      wrap: (value, sibling, type) => {
        if (value == null && sibling == null) return undefined;
        if (isPrimitive(type)) {
          const json = { ...(value != null && { value }), ...(typeof sibling === 'object' && sibling) };
          return new ModelObject(json, type, types);
        }
        // `_code` beside a complex element stands in no specification.
        if (value == null) return undefined;
        const json = value as Readonly<Record<string, unknown>>;
        return json.resourceType ? ofResource(json) : new ModelObject(json, type, types);
      },
      resource: (resource) => ofResource(resource as unknown as Record<string, unknown>),
    };
    return types;
  };
};

const qualifiedName = (name: string): string =>
  name.startsWith('System.')
    ? `{urn:hl7-org:elm-types:r1}${name.slice(7)}`
    : `{http://hl7.org/fhir}${name.replace(/^FHIR\./, '')}`;

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const systemValue = (value: unknown, type: string, zone: ReadingZone): unknown => {
  if (value == null) return value;
  switch (type) {
    case 'System.DateTime':
      return readDateTime(value, zone);
    case 'System.Date':
      return readDate(value);
    case 'System.Time':
      return readTime(value);
    case 'System.Decimal':
    case 'System.Integer':
    case 'System.Boolean':
      return value;
    default:
      return typeof value === 'string' ? value : String(value);
  }
};

/** A code system has several addresses; a retrieve finds what is written with any of them. */
const toCode = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.flatMap(toCode);
  if (!(value instanceof ModelObject)) return value;
  const {
    coding,
    code,
    system,
    version,
    display,
    value: primitive,
  } = value.json as Record<string, string | undefined> & {
    coding?: Record<string, string | undefined>[];
  };
  if (value.typeName() === 'FHIR.CodeableConcept')
    // Requests hold null among the codings, and one object where the list should be.
    return [coding ?? []]
      .flat()
      .filter((each) => each != null)
      .map((each) => new Code(each.code as string, canonicalSystem(each.system), each.version, each.display));
  if (value.typeName() === 'FHIR.Coding') return new Code(code as string, canonicalSystem(system), version, display);
  return primitive;
};
