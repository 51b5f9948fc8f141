import type { FhirResource } from 'fhir/r4.js';
import type { RouteGroup, Way } from '../terminology/drug.ts';
import { routeOfText, wayOfCode, wayOfText } from '../terminology/route.ts';
import { dosagesOf, listed } from './dosages.ts';

/** The route group that the dosages name; the first that can be read tells it. */
export const routeOf = (resource: FhirResource): RouteGroup =>
  routesOf(resource)
    .map(({ words }) => (words == null ? 'unknown' : routeOfText(words)))
    .find((group) => group !== 'unknown') ?? 'unknown';

/**
 * By what way it is taken: as the order's route says, which may be another than the product is made for; else by the words
 * of the product, its form before what else the chart calls it; else by the directions.
 */
export const wayOf = (resource: FhirResource, productWords: readonly (string | undefined)[]): Way | undefined => {
  const ordered = routesOf(resource).map(
    ({ code, words }) => (code == null ? undefined : wayOfCode(code)) ?? wayOfWords(words),
  );
  const directions = dosagesOf(resource).flatMap(({ text, patientInstruction }) => [text, patientInstruction]);
  return [...ordered, ...[...productWords, ...directions].map(wayOfWords)].find((way) => way !== undefined);
};

const wayOfWords = (words: string | null | undefined): Way | undefined =>
  typeof words === 'string' ? wayOfText(words) : undefined;

const routesOf = (resource: FhirResource) =>
  dosagesOf(resource).flatMap(({ route }) => [
    { code: undefined, words: route?.text },
    ...listed(route?.coding).map(({ code, display }) => ({ code, words: display })),
  ]);
