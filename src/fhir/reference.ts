/** `Type/id` of a FHIR reference or URL (relative, absolute, versioned); undefined for any other form. */
export const relativeReference = (reference: string): string | undefined => {
  const match = /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(reference);
  return match?.[1];
};
