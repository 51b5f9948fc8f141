import type { ElmNode } from '../elm.ts';
import type { ModelInfo } from '../model-info.ts';
import type { Row } from './shared-calls.ts';
import type { Type } from './type.ts';

/** A JavaScript expression and the static type of what it gives. */
export interface Code {
  readonly js: string;
  readonly type: Type;
}

/** What a name inside a definition stands for: an alias, a let, an operand, or the item that a sort clause looks at. */
export interface Scope {
  readonly names: ReadonlyMap<string, Code>;
  /** The item of a sort clause, whose elements its expressions name. */
  readonly item?: Code;
  /** The rows that code runs in, the innermost last. */
  readonly rows?: readonly Row[];
  /** Whether the code may run many times in one evaluation: inside a loop, or in a function. */
  readonly repeated: boolean;
}

/** What the parts of the compiler ask of the whole. */
export interface Compiler {
  readonly model: ModelInfo;
  readonly traced: boolean;
  /** The expression for a node. */
  value(node: ElmNode, scope: Scope): Code;
  /** The expression for a node as a value of a type: tagged, or freed of its tag, where the type asks for it. */
  as(node: ElmNode, type: Type, scope: Scope): string;
  /** A JavaScript condition that is true where the node is true (not false, not null). */
  isTrue(node: ElmNode, scope: Scope): string;
  /** A JavaScript condition that is true where the node is false (not true, not null). */
  isFalse(node: ElmNode, scope: Scope): string;
  /** The name of a runtime function, noted as used. */
  rt(name: string): string;
  /** The name of a constant that is made when the library is linked. */
  constant(js: string): string;
  /** An expression for what is the same all through an evaluation, computed when first asked for. */
  once(js: string): string;
  /** Whether the rows of a query, before doubles are taken out, hold none. */
  hasDistinctRows(query: ElmNode): boolean;
  /** A name for a variable that no other variable of the module has. */
  local(name: string): string;
  /** The names of a library's declarations in the generated module, and their types. */
  definition(library: string | undefined, name: string): Code;
  functionFor(library: string | undefined, node: ElmNode, operands: readonly Code[]): FunctionTarget;
  parameter(library: string | undefined, name: string): Code;
  valueSet(library: string | undefined, name: string): string;
  code(library: string | undefined, name: string): string;
  concept(library: string | undefined, name: string): string;
  /** A code that is written where it is used: `Code '1' from "LOINC"`. */
  inlineCode(node: ElmNode): string;
}

export interface FunctionTarget {
  /** The function itself, to be called with the evaluation and its operands. */
  readonly js: string;
  readonly operands: readonly Type[];
  readonly result: Type;
  /** The name of the library that it stands in. */
  readonly library: string;
  /** Present when the body does no more than read the `value` of its one operand. */
  readonly readsValue: boolean;
}

/** A node that has no compiled form; its library runs interpreted. */
export class UnsupportedNode extends Error {
  constructor(what: string, node?: ElmNode) {
    super(`${what}${typeof node?.locator === 'string' ? ` at ${node.locator}` : ''}`);
    this.name = 'UnsupportedNode';
  }
}
