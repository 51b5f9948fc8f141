import type { CodeableConcept, FhirResource } from 'fhir/r4.js';
import { type Elm, type ElmNode, walkElm } from '../cql/elm.ts';
import type { CqlValue } from '../cql/engine.ts';
import type { CqlSource } from '../cql/libraries.ts';
import { isResource } from '../fhir/bundle.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { excerpt } from './coverage.ts';

/** One line of an explanation: a definition or a clause of it, what it gave, and where it stands. */
export interface ExplainedClause {
  readonly depth: number;
  readonly text: string;
  readonly value: string;
  /** The resources that a truth value rests on, in words; of anything else the value shows them. */
  readonly read: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** What a clause gave, and the resources that it read. */
interface Step {
  readonly value: CqlValue;
  readonly resources: readonly FhirResource[];
}

/** The steps of an evaluation, as an engine's trace tells them; the last of a clause that was computed often. */
export interface Trail {
  readonly trace: (library: string, localId: string, value: CqlValue, resources?: ReadonlySet<object>) => void;
  stepOf(library: string, localId: string): Step | undefined;
}

export const createTrail = (): Trail => {
  const steps = new Map<string, Map<string, Step>>();
  return {
    trace: (library, localId, value, resources = new Set()) => {
      const step = { value, resources: [...resources].filter((each) => isResource(each)) };
      getOrCompute(steps, library, () => new Map()).set(localId, step);
    },
    stepOf: (library, localId) => steps.get(library)?.get(localId),
  };
};

/** Clauses that decide something, worth a line of their own below the definition they are part of. */
const deciding = new Set([
  'And',
  'Or',
  'Not',
  'Exists',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Equal',
  'In',
  'If',
]);

/**
 * A library's definitions in the order of its text, each with its value and, for a truth value, the clauses that decide
 * it, outermost first. What was never computed is left out.
 */
export const explainLibrary = ({ name, file, text }: CqlSource, elm: Elm, trail: Trail): readonly ExplainedClause[] => {
  const lineOf = (node: ElmNode, depth: number, words: string | undefined): readonly ExplainedClause[] => {
    const step = trail.stepOf(name, String(node.localId));
    const place = placeOf(node);
    return step === undefined || !place
      ? []
      : [
          {
            depth,
            text: words ?? excerpt(text, place.start, place.end),
            value: inWords(step.value),
            read: isTruth(step.value) ? [...new Set(step.resources.map(resourceInWords))] : [],
            file,
            line: place.start.line,
          },
        ];
  };
  return (elm.library.statements?.def ?? [])
    .filter(({ type, name: definition }) => type !== 'FunctionDef' && definition !== 'Patient')
    .flatMap((statement) => {
      const body = statement.expression as ElmNode;
      const step = trail.stepOf(name, String(body.localId));
      const head = lineOf({ ...body, locator: statement.locator }, 0, `"${statement.name}"`);
      return step && isTruth(step.value)
        ? [...head, ...decidingClauses(body).flatMap(({ node, depth }) => lineOf(node, depth, undefined))]
        : head;
    });
};

/** The clauses of an expression that decide it, but not those inside a query, which are computed for every item. */
const decidingClauses = (root: ElmNode): readonly { readonly node: ElmNode; readonly depth: number }[] => {
  const found: { node: ElmNode; depth: number }[] = [];
  const visit = (node: unknown, depth: number): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, depth);
    else if (typeof node === 'object' && node !== null) {
      const { type } = node as ElmNode;
      if (type === 'Query') return;
      const decides = node !== root && deciding.has(String(type));
      if (decides) found.push({ node: node as ElmNode, depth });
      for (const child of Object.values(node)) if (typeof child === 'object') visit(child, depth + (decides ? 1 : 0));
    }
  };
  visit(root, 1);
  return found;
};

const isTruth = (value: CqlValue): boolean => typeof value === 'boolean' || value === null;

const placeOf = ({ locator }: ElmNode) => {
  const match = /^(\d+):(\d+)(?:-(\d+):(\d+))?$/.exec(String(locator));
  if (!match) return undefined;
  const [line = 0, column = 0, endLine = 0, endColumn = 0] = match.slice(1).map(Number);
  return { start: { line, column }, end: { line: endLine, column: endColumn } };
};

const inWords = (value: CqlValue): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none';
    return `${value.length}: ${value.slice(0, 5).map(inWords).join('; ')}${value.length > 5 ? '; …' : ''}`;
  }
  if (isResource(value)) return resourceInWords(value);
  if (typeof value === 'object')
    return `{ ${Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([name, item]) => `${name}: ${inWords(item)}`)
      .join(', ')} }`;
  return String(value);
};

/** Type, name and date; nothing that says whose it is. */
const resourceInWords = (resource: FhirResource): string => {
  const {
    code,
    medicationCodeableConcept,
    vaccineCode,
    effectiveDateTime,
    performedDateTime,
    performedPeriod,
    occurrenceDateTime,
    recordedDate,
    authoredOn,
  } = resource as unknown as {
    code?: CodeableConcept;
    medicationCodeableConcept?: CodeableConcept;
    vaccineCode?: CodeableConcept;
    performedPeriod?: { start?: string };
  } & Record<string, string | undefined>;
  const concept = code ?? medicationCodeableConcept ?? vaccineCode;
  const date =
    effectiveDateTime ??
    performedDateTime ??
    performedPeriod?.start ??
    occurrenceDateTime ??
    recordedDate ??
    authoredOn;
  return [
    resource.resourceType,
    concept?.text ?? concept?.coding?.[0]?.display ?? concept?.coding?.[0]?.code,
    date?.slice(0, 10),
  ]
    .filter(Boolean)
    .join(' ');
};

/** The libraries that a library includes, itself first. */
export const includedLibraries = (name: string, libraries: ReadonlyMap<string, Elm>): readonly string[] => {
  const found = new Set<string>();
  const visit = (each: string): void => {
    if (found.has(each)) return;
    found.add(each);
    walkElm(libraries.get(each)?.library.includes?.def ?? [], ({ path }) => {
      if (typeof path === 'string') visit(path);
    });
  };
  visit(name);
  return [...found];
};
