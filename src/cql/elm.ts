/** ELM as the translator writes it in JSON; only what this project reads is named. */
export interface Elm {
  readonly library: {
    readonly identifier: { readonly id: string; readonly version?: string };
    readonly annotation?: readonly ElmAnnotation[];
    readonly includes?: {
      readonly def: readonly { readonly localIdentifier: string; readonly path: string; readonly version?: string }[];
    };
    readonly parameters?: { readonly def: readonly ElmParameter[] };
    readonly valueSets?: { readonly def: readonly ElmValueSet[] };
    readonly codes?: { readonly def: readonly ElmNode[] };
    readonly codeSystems?: { readonly def: readonly ElmNode[] };
    readonly statements?: { readonly def: readonly ElmStatement[] };
  };
}

export interface ElmNode {
  readonly [key: string]: unknown;
}

export interface ElmAnnotation extends ElmNode {
  readonly type: string;
}

interface ElmParameter extends ElmNode {
  readonly name: string;
  readonly locator?: string;
}

interface ElmValueSet extends ElmNode {
  readonly name: string;
  readonly id: string;
  readonly locator?: string;
}

export interface ElmStatement extends ElmNode {
  readonly name: string;
  readonly type?: string;
  readonly locator?: string;
}

/** Calls `visit` for every object of an ELM tree, parents first. */
export const walkElm = (node: unknown, visit: (node: ElmNode) => void): void => {
  if (Array.isArray(node)) for (const item of node) walkElm(item, visit);
  else if (typeof node === 'object' && node !== null) {
    visit(node as ElmNode);
    for (const value of Object.values(node)) if (typeof value === 'object') walkElm(value, visit);
  }
};
