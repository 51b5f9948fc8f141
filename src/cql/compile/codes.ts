import type { Elm, ElmNode } from '../elm.ts';
import { UnsupportedNode } from './code.ts';
import type { ResolveLibrary } from './distinctness.ts';
import { quote } from './property.ts';

type Section = 'valueSets' | 'codes' | 'concepts' | 'codeSystems';

/**
 * What a library declares under a name.
 *
 * @throws UnsupportedNode when it declares no such thing
 */
export const findDeclaration = (of: Elm, section: Section, name: string): ElmNode => {
  const list = (of.library as unknown as Record<string, { def: ElmNode[] } | undefined>)[section]?.def ?? [];
  const found = list.find((each) => each.name === name);
  if (!found) throw new UnsupportedNode(`${section} without ${name}`);
  return found;
};

interface Reference {
  readonly name: string;
  readonly libraryName?: string;
}

interface CodesInput {
  readonly includedBy: ResolveLibrary;
  /** The one declaration in the module for a text. */
  readonly declare: (js: string, name: string) => string;
  readonly rt: (name: string) => string;
}

/** The codes and concepts of a module, whichever library declares them; a name counts in the library that uses it. */
export const createCodes = ({ includedBy, declare, rt }: CodesInput) => {
  const newCode = (of: Elm, node: ElmNode, name: string): string => {
    const { id, code, display, codeSystem, system } = node as Readonly<Record<string, string | undefined>> & {
      readonly codeSystem?: Reference;
      readonly system?: Reference;
    };
    const found = systemOf(of, codeSystem ?? system);
    const args = [id ?? code, found?.id, found?.version, display].map(argument);
    return declare(`${rt('newCode')}(${args.join(', ')})`, name);
  };
  const systemOf = (of: Elm, reference: Reference | undefined) =>
    reference &&
    (findDeclaration(includedBy(of, reference.libraryName) ?? of, 'codeSystems', reference.name) as {
      id?: string;
      version?: string;
    });
  const code = (of: Elm, name: string): string => newCode(of, findDeclaration(of, 'codes', name), name);
  return {
    code,
    inlineCode: (of: Elm, node: ElmNode): string => newCode(of, node, 'code'),
    concept: (of: Elm, name: string): string => {
      const declared = findDeclaration(of, 'concepts', name) as { code?: Reference[]; display?: string };
      const codes = (declared.code ?? []).map((each) => code(includedBy(of, each.libraryName) ?? of, each.name));
      return declare(`${rt('newConcept')}([${codes.join(', ')}], ${argument(declared.display)})`, name);
    },
  };
};

const argument = (value: string | undefined): string => (value === undefined ? 'undefined' : quote(String(value)));
