interface Coded {
  readonly text?: string;
  readonly coding?: readonly { readonly display?: string; readonly code?: string }[];
}

/** What a person reads of a CodeableConcept; undefined where it says nothing. */
export const textOf = (concept: object | undefined): string | undefined => {
  const { text, coding } = (concept ?? {}) as Coded;
  return text ?? coding?.find(({ display }) => display)?.display ?? coding?.[0]?.code;
};

/** Whether a concept has one of these codes, whatever their system. */
export const hasCode = (concept: object | undefined, ...codes: readonly string[]): boolean =>
  ((concept ?? {}) as Coded).coding?.some(({ code }) => code !== undefined && codes.includes(code)) ?? false;

/** The day of a FHIR date or dateTime, as exact as it is. */
export const dayOf = (date: unknown): string | undefined => (typeof date === 'string' ? date.slice(0, 10) : undefined);
