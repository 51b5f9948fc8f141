import type { Settings } from '../config.ts';
import { formatProblem } from '../cql/problem.ts';
import { checkContent } from '../rules/check-content.ts';
import { asShipped, createRulesReader } from './check-rules.ts';

/** Prints every fault of the rules folder, a line each; the exit code is 1 when there is one. */
export const rulesCheck = async (settings: Settings): Promise<void> => {
  const reader = createRulesReader(asShipped(settings), { withCases: true });
  try {
    const read = await reader.read();
    // What does not load cannot be judged further; what it says besides would only hide the cause.
    const problems = read.ruleSet ? await checkContent(settings.rulesDir, read) : read.problems;
    for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
    const { rules, shared } = read.folder;
    process.stdout.write(
      `${rules.length} rules, ${shared.length} shared libraries, ${read.vocabulary.valueSets.size} value sets: ${problems.length || 'no'} ${problems.length === 1 ? 'fault' : 'faults'}\n`,
    );
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    reader.close();
  }
};
