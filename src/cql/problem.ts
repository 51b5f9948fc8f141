/** A fault in a file that an author wrote, placed so that an editor can jump to it. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** `file:line:column message`, the form that terminals and editors link. */
export const formatProblem = ({ file, line, column, message }: Problem): string =>
  `${[file, line, column].filter((part) => part !== undefined).join(':')} ${message}`;

/** The start of an ELM locator such as `6:38-6:55`. */
export const startOf = (locator: string | undefined): { line: number; column: number } | undefined => {
  const match = /^(\d+):(\d+)/.exec(locator ?? '');
  return match ? { line: Number(match[1]), column: Number(match[2]) } : undefined;
};
