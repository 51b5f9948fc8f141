import { Presets, SingleBar } from 'cli-progress';
import type { TranslateOptions } from '../cql/libraries.ts';
import { createTranslator } from '../cql/translate.ts';

/** Gives a task a translator, shows on standard error how far it is, and closes it when the task has ended. */
export const withTranslator = async <T>(
  task: (use: Required<Pick<TranslateOptions, 'translator' | 'onProgress'>>) => Promise<T>,
): Promise<T> => {
  const translator = createTranslator();
  const bar = new SingleBar(
    {
      format: 'translating CQL {bar} {value}/{total} {name}',
      noTTYOutput: true,
      notTTYSchedule: 5000,
      stream: process.stderr,
    },
    Presets.shades_grey,
  );
  let shown = false;
  try {
    return await task({
      translator,
      onProgress: (done, total, name) => {
        if (!shown) bar.start(total, 0, { name });
        shown = true;
        bar.update(done, { name });
        if (done === total) bar.stop();
      },
    });
  } finally {
    if (shown) bar.stop();
    translator.close();
  }
};
