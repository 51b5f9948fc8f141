import type { Drug, RouteGroup, Way } from './drug.ts';

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
  const directions = withoutReason(text);
  if (
    /\b(by mouth|po|intraven\w*|iv|subcutaneous\w*|subcut|sc|sq|intramuscular\w*|im|per rectum|sl|liqui-?\s?gels?)\b/i.test(
      directions,
    )
  )
    return 'systemic';
  if (/\b(gtts?|eye drops?|ear drops?)\b/i.test(directions)) return 'ophthalmic';
  return /\bneb\b/i.test(directions) ? 'inhaled' : routeOfName(directions);
};

const withoutReason = (text: string): string => text.replace(/\b(for|prn)\b.*$/is, '');

/** In this order: a buccal tablet is no oral one, a vaginal suppository no rectal one, and a gel may be for the mouth. */
const waysByWords: readonly (readonly [RegExp, Way])[] = [
  [/\b(by mouth|orally|po)\b/i, 'oral'],
  [/\b(ophthalmic|eyes?|intravitreal|intraocular|gtts?)\b/i, 'ophthalmic'],
  [/\b(otic|ears?)\b/i, 'otic'],
  [/\b(inhal\w*|nebuli[sz]\w*|neb|respimat|diskus|ellipta|hfa|mdi|dpi|respiratory tract)\b/i, 'inhaled'],
  [/\b(nasal|nasally|intranasal\w*|nostrils?)\b/i, 'nasal'],
  [/\b(intrauterine|iud)\b/i, 'intrauterine'],
  [/\b(vagina\w*|intravaginal\w*)\b/i, 'vaginal'],
  [/\b(rectal|rectally|rectum|enema|suppositor\w*)\b/i, 'rectal'],
  [/\b(sublingual\w*|sl|buccal\w*|under (?:the |your )?tongue)\b/i, 'sublingual'],
  [/\b(medicated (?:patch|pad)|topical\w*)\b/i, 'topical'],
  [/\b(transdermal|patch|patches)\b/i, 'transdermal'],
  [/\bimplant\w*\b/i, 'implanted'],
  [
    /\b(inject\w*|auto-?injector|syringe|cartridge|infus\w*|intra-?\w+|iv|ivpb|subcutaneous\w*|subcut|sc|sq|im|epidural)\b/i,
    'injected',
  ],
  [
    /\b(oral|tabs?|tablets?|caps?|capsules?|caplets?|softgels?|liqui-?\s?gels?|pills?|lozenges?|granules|effervescent|chewable|chewing gum)\b/i,
    'oral',
  ],
  [/\b(medicated|shampoo|mouthwash|toothpaste|irrigation|mucosal|cream|ointment|gel|lotion|foam)\b/i, 'topical'],
];

/** By what way, as the words of a dose form, a dosage route or directions tell; undefined where none does. */
export const wayOfText = (text: string): Way | undefined => {
  const directions = withoutReason(text);
  return waysByWords.find(([words]) => words.test(directions))?.[1];
};

/** SNOMED CT, the binding of Dosage.route that EHRs follow. */
const waysByCode: Readonly<Record<string, Way>> = {
  '26643006': 'oral', // Oral route
  '37839007': 'sublingual', // Sublingual route
  '54471007': 'sublingual', // Buccal route
  '47625008': 'injected', // Intravenous route
  '78421000': 'injected', // Intramuscular route
  '34206005': 'injected', // Subcutaneous route
  '46713006': 'nasal', // Nasal route
  '45890007': 'transdermal', // Transdermal route
  '37161004': 'rectal', // Rectal route
  '16857009': 'vaginal', // Vaginal route
  '54485002': 'ophthalmic', // Ophthalmic route
  '10547007': 'otic', // Otic route
  '6064005': 'topical', // Topical route
};

/** By what way, as the code of a dosage route tells. */
export const wayOfCode = (code: string): Way | undefined => waysByCode[code];
