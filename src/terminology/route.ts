import type { Drug, RouteGroup } from './drug.ts';

/** RxNorm names end in the dose form; an ingredient's name has none. */
const routeForms: readonly (readonly [RegExp, RouteGroup])[] = [
  [/\b(ophthalmic|otic|eye|ear|intravitreal)\b/i, 'ophthalmic'],
  [/\b(inhal\w*|nebuliz\w*|respimat|diskus|ellipta|hfa|mdi|dpi)\b/i, 'inhaled'],
  // Absorbed through the skin or mucosa on purpose, so as systemic as a tablet.
  [/\b(transdermal|sublingual|buccal|rectal|nasal|vaginal|enema|suppositor\w*)\b/i, 'systemic'],
  [
    /\b(oral|orally|chewable|tabs?|tablets?|caps?|capsules?|caplets?|softgels?|pills?|lozenge|inject\w*|syringe|injector|cartridge|implant|granules|effervescent)\b/i,
    'systemic',
  ],
  [
    /\b(topical|medicated|shampoo|mouthwash|toothpaste|irrigation|mucous membrane|cream|ointment|gel|lotion|foam|intrauterine)\b/i,
    'local',
  ],
];

/** Creams and gels of these are meant to be absorbed (their labels' clinical pharmacology): as systemic as a patch. */
const absorbed: ReadonlySet<string> = new Set([
  '4917', // nitroglycerin
  '10379', // testosterone
  '4083', // estradiol
  '32675', // oxybutynin
]);

/** The route group of a product by its words, whether they are RxNorm's name of it or a prescription's. */
export const routeOfProduct = (words: string, ingredients: readonly Drug[]): RouteGroup => {
  const route = routeOfText(words);
  return route === 'local' && ingredients.some(({ code }) => absorbed.has(code)) ? 'systemic' : route;
};

const routeOfName = (name: string): RouteGroup => routeForms.find(([form]) => form.test(name))?.[1] ?? 'unknown';

/**
 * The route group that the words of a dosage route or of a prescription stand for. What a drug is for says nothing of where
 * it goes ("for eye pain"), nor do OD (once daily as often as the right eye) and INH (isoniazid as often as inhaled).
 */
export const routeOfText = (text: string): RouteGroup => {
  const directions = text.replace(/\b(for|prn)\b.*$/is, '');
  if (
    /\b(by mouth|po|intraven\w*|iv|subcutaneous\w*|subcut|sc|sq|intramuscular\w*|im|per rectum|sl|liqui-?\s?gels?)\b/i.test(
      directions,
    )
  )
    return 'systemic';
  if (/\b(gtts?|eye drops?|ear drops?)\b/i.test(directions)) return 'ophthalmic';
  return /\bneb\b/i.test(directions) ? 'inhaled' : routeOfName(directions);
};
