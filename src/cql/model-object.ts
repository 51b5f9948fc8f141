import { Code } from 'cql-execution';
import type { FhirResource } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import { canonicalSystem } from '../terminology/systems.ts';
import { choiceName, type ElementType, elementType, lineage, type ModelInfo } from './model-info.ts';
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
  // Most elements are read at one path only, such as a code's `value`.
  #path: string | undefined;
  #value: unknown;
  #others: Map<string, unknown> | undefined;

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
    if (path === this.#path) return this.#value;
    const known = this.#others?.get(path);
    if (known !== undefined || this.#others?.has(path)) return known;
    const value = this.#read(path);
    if (this.#path === undefined) {
      this.#path = path;
      this.#value = value;
    } else {
      this.#others ??= new Map();
      this.#others.set(path, value);
    }
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
    const readings = this.#types.readings(this.#type, path);
    if (readings.length === 1) return this.#wrap(readings[0] as Reading);
    for (const reading of readings)
      if (this.#json[reading.name] != null || this.#json[reading.sibling] != null) return this.#wrap(reading);
    return undefined;
  }

  #wrap({ name, sibling: siblingName, type, isList, isSystem }: Reading): unknown {
    const value = this.#json[name];
    if (isSystem) return systemValue(value, type, this.#types.zone);
    const sibling = this.#json[siblingName];
    if (!isList) return this.#types.wrap(value, sibling, type);
    if (value == null && sibling == null) return undefined;
    // One object where the specification has a list (seen in requests) is read as a list of one.
    const values = [value ?? []].flat();
    const siblings = [sibling ?? []].flat();
    return Array.from({ length: Math.max(values.length, siblings.length) }, (_, i) =>
      this.#types.wrap(values[i], siblings[i], type),
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

/** How a property of JSON is read: one of the names of a choice, or the one of any other element. */
interface Reading {
  readonly name: string;
  /** Where JSON has what a primitive has beside its value, `_name`. */
  readonly sibling: string;
  /** Its type, or that of its items. */
  readonly type: string;
  readonly isList: boolean;
  readonly isSystem: boolean;
}

/** The model as one evaluation sees it: a DateTime without offset is in the evaluation's zone. */
export interface ModelTypes {
  readonly zone: ReadingZone;
  element(type: string, name: string): ElementType | undefined;
  /** Empty where the type has no such element. */
  readings(type: string, name: string): readonly Reading[];
  qualified(type: string): ReadonlySet<string>;
  isPrimitive(type: string): boolean;
  wrap(value: unknown, sibling: unknown, type: string): ModelObject | undefined;
  resource(resource: FhirResource): ModelObject;
}

/** One a process: what is looked up again and again is kept, and nothing of any record. */
export const createModelTypes = (model: ModelInfo): ((zone: ReadingZone) => ModelTypes) => {
  const readings = new Map<string, Map<string, readonly Reading[]>>();
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

  const shared: Pick<ModelTypes, 'element' | 'readings' | 'qualified' | 'isPrimitive'> = {
    isPrimitive,
    element: (type, name) => elementType(model, type, name),
    readings: (type, name) =>
      readings.get(type)?.get(name) ??
      getOrCompute(
        getOrCompute(readings, type, () => new Map<string, readonly Reading[]>()),
        name,
        () => readingsOf(name, elementType(model, type, name)),
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
          const json =
            sibling == null
              ? { value }
              : { ...(value != null && { value }), ...(typeof sibling === 'object' && sibling) };
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

const readingsOf = (name: string, type: ElementType | undefined): readonly Reading[] => {
  if (type === undefined) return [];
  if (typeof type === 'string') return [readingOf(name, type)];
  return type.map((choice) => readingOf(choiceName(name, choice), choice));
};

const readingOf = (name: string, type: string): Reading => {
  const item = /^List<(.+)>$/.exec(type)?.[1];
  return {
    name,
    sibling: `_${name}`,
    type: item ?? type,
    isList: item !== undefined,
    isSystem: type.startsWith('System.'),
  };
};

const qualifiedName = (name: string): string =>
  name.startsWith('System.')
    ? `{urn:hl7-org:elm-types:r1}${name.slice(7)}`
    : `{http://hl7.org/fhir}${name.replace(/^FHIR\./, '')}`;

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
