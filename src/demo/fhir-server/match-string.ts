import { isObject, listOf } from './resource.ts';

const NAME_PARTS = ['text', 'family', 'given', 'prefix', 'suffix'];

/** Compares by R4's string rules: start of the text, ignoring case and accents, unless the modifier says otherwise. */
export function stringMatches(modifier: 'exact' | 'contains' | undefined, wanted: string, element: unknown): boolean {
  return textsOf(element).some((text) => {
    if (modifier === 'exact') return text === wanted;
    return modifier === 'contains' ? fold(text).includes(fold(wanted)) : fold(text).startsWith(fold(wanted));
  });
}

/** Gives the texts of a string or of a HumanName. */
export function textsOf(element: unknown): readonly string[] {
  if (typeof element === 'string') return [element];
  if (!isObject(element)) return [];
  return NAME_PARTS.flatMap((part) => listOf(element[part])).filter((text) => typeof text === 'string');
}

/** Gives a text without case and accents. */
export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
