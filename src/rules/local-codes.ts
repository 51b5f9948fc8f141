import type { Problem } from '../cql/problem.ts';
import { isRxNorm, type MedicationTable } from '../terminology/medications.ts';
import { type CodeSystemName, codeKey, codeSystems } from '../terminology/systems.ts';
import type { ValueSetFile } from './manifest.ts';
import { nearest } from './nearest.ts';
import type { Overlay } from './site.ts';

type CodesOfSet = Overlay['codes'][string];

const file = 'overlay.yaml';

/** The file with a site's own codes added, by the short name of their system or its URL. */
export const withLocalCodes = <T extends Pick<ValueSetFile, 'codes'>>(shipped: T, local: CodesOfSet = {}): T => {
  const codes = { ...shipped.codes };
  for (const [system, added] of Object.entries(local)) codes[system] = { ...codes[system], ...added };
  return { ...shipped, codes };
};

/** Local codes that stand in the value set already as something else: one of the two names is wrong. */
export const localCodeProblems = (
  { id, codes }: Pick<ValueSetFile, 'id' | 'codes'>,
  local: CodesOfSet = {},
): readonly Problem[] => {
  const shipped = new Map(entriesOf(codes).map(([key, , display]) => [key, display]));
  return entriesOf(local).flatMap(([key, code, display]) => {
    const known = shipped.get(key);
    return known === undefined || known.toLowerCase() === display.toLowerCase()
      ? []
      : {
          file,
          message: `codes.${id}: ${code} stands in the value set already as "${known}", got "${display}"; leave it out, or look whether it is the code that is meant`,
        };
  });
};

/** Local codes of drug classes that would be without effect: a class is of ingredients, as RxNorm has them. */
export const localClassProblems = (
  codes: Overlay['codes'],
  { drugClasses, medications }: { readonly drugClasses: ReadonlySet<string>; readonly medications: MedicationTable },
): readonly Problem[] =>
  Object.entries(codes).flatMap(([id, local]) =>
    drugClasses.has(id)
      ? Object.entries(local).flatMap(([system, ofSystem]) =>
          isRxNorm(urlOf(system))
            ? Object.keys(ofSystem).flatMap((code) => {
                const ingredients = medications.byCode(code)?.ingredients ?? [{ code }];
                return ingredients.some((ingredient) => ingredient.code === code)
                  ? []
                  : {
                      file,
                      message: `codes.${id}: expected an ingredient of RxNorm, got the product ${code}, of ${ingredients.map((ingredient) => ingredient.code).join(' and ')}`,
                    };
              })
            : {
                file,
                message: `codes.${id}: expected ingredients of RxNorm (RXNORM) in a drug class, got codes of "${system}": a local code of a drug names no ingredient`,
              },
        )
      : [],
  );

/** Ids of value sets in an overlay that there are not, each with the one that was probably meant. */
export const unknownSetProblems = (
  where: string,
  ids: readonly string[],
  known: ReadonlySet<string>,
  what = 'a value set or drug class',
): readonly Problem[] =>
  ids
    .filter((id) => !known.has(id))
    .map((id) => ({
      file,
      message: `${where}: expected the id of ${what}, got "${id}"; the nearest is ${nearest(id, known) ?? 'none'}`,
    }));

const urlOf = (system: string): string => codeSystems[system as CodeSystemName] ?? system;

const entriesOf = (codes: CodesOfSet): readonly (readonly [key: string, code: string, display: string])[] =>
  Object.entries(codes).flatMap(([system, displays]) =>
    Object.entries(displays).map(([code, display]) => [codeKey(urlOf(system), code), code, display] as const),
  );
