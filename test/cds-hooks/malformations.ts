import fc from 'fast-check';

/** A way to spoil a JSON value: which of its places, and what happens there. */
export interface Malformation {
  readonly place: number;
  readonly kind: (typeof kinds)[number];
  readonly junk: unknown;
  readonly other: number;
}

const kinds = [
  'delete',
  'replace',
  'nest in an array',
  'nest in an object',
  'repeat',
  'move',
  'rename',
  'add',
  'bury',
] as const;

const deep = (levels: number): unknown => {
  let value: unknown = 'deep';
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
};

const junk = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom<unknown>(null, true, false, '', [], {}, [null], [[]], [{}], { a: null }, 0, -1),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      1e308,
      1.5,
      Number.MAX_SAFE_INTEGER,
      '0',
      'null',
      'undefined',
      '[object Object]',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      '\u0000\u0007\u001b[31m',
      '\ud800',
      'a\udfff\u202eb',
      '👩‍👩‍👧‍👦'.repeat(40),
      'ﷺ'.repeat(200),
      'e\u0301'.repeat(300),
      'x'.repeat(20_000),
      '](javascript:alert(1))<script>',
      '../../../etc/passwd',
      '{{context.patientId}}',
      "'; drop table patient; --",
      '9999-99-99',
      '2026-02-30T25:61:61Z',
      '-271822-01-01',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      { resourceType: 'Bundle' },
      { resourceType: 'Bundle', entry: {} },
      { resourceType: 'Bundle', entry: [null, 5, { resource: null }, { resource: [] }], link: 'next' },
      { resourceType: 'Patient' },
      { resourceType: 'Patient', id: 'p', link: {}, birthDate: 1970 },
      { resourceType: 'OperationOutcome' },
      { resourceType: 'OperationOutcome', issue: {} },
      { resourceType: 'MedicationRequest', medicationReference: { reference: '#' }, contained: {} },
      { resourceType: '__proto__', id: 'constructor' },
      { reference: 'Patient/somebody-else' },
      { coding: { system: {}, code: [] }, text: 5 },
    ),
  },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

export const malformation: fc.Arbitrary<Malformation> = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom(...kinds),
  junk,
  other: fc.nat(),
});

const isBury = ({ kind }: Malformation): boolean => kind === 'bury';

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

const placesIn = (value: unknown, found: Place[] = []): Place[] => {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, child] of Object.entries(value)) {
    found.push({ holder: value as Record<string, unknown>, name });
    placesIn(child, found);
  }
  return found;
};

const names = ['__proto__', 'constructor', 'toString', 'resourceType', 'reference', 'entry', 'coding', 'id', 'x'];

/** `__proto__` too becomes a property of the object's own, as JSON.parse makes it; an array has no names, and is longer then. */
const put = (holder: Record<string, unknown>, name: string, value: unknown): void => {
  if (Array.isArray(holder) && !/^\d+$/.test(name)) holder.push(value);
  else Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
};

/** A spoilt copy. */
export const malform = <T>(value: T, malformations: readonly Malformation[]): T => {
  const copy = structuredClone(value);
  // Last, since what is buried deep can itself not be walked.
  const ordered = [...malformations.filter(({ kind }) => kind !== 'bury'), ...malformations.filter(isBury).slice(0, 1)];
  for (const { place, kind, junk: given, other } of ordered) {
    const places = placesIn(copy);
    const target = places[place % Math.max(1, places.length)];
    if (!target) continue;
    const { holder, name } = target;
    const was = holder[name];
    if (kind === 'delete') Array.isArray(holder) ? holder.splice(Number(name), 1) : delete holder[name];
    else if (kind === 'replace') put(holder, name, structuredClone(given));
    else if (kind === 'nest in an array') put(holder, name, [was]);
    else if (kind === 'nest in an object') put(holder, name, { value: was });
    else if (kind === 'repeat')
      Array.isArray(holder) ? holder.push(structuredClone(was)) : put(holder, name, [was, structuredClone(was)]);
    else if (kind === 'move') {
      const from = places[other % places.length];
      if (from) put(holder, name, structuredClone(from.holder[from.name]));
    } else if (kind === 'rename') {
      delete holder[name];
      put(holder, names[other % names.length] ?? '', was);
    } else if (kind === 'bury') put(holder, name, deep(other % 2 === 0 ? 100 : 1000));
    else put(holder, names[other % names.length] ?? '', structuredClone(given));
  }
  return copy;
};
