/** Prints rows as an aligned table under a title. */
export const printTable = (title: string, rows: readonly (readonly (string | number)[])[]): void => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i] ?? 0) : String(cell).padStart(widths[i] ?? 0)))
      .join('  '),
  );
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n\n`);
};

/** The one line that a script reads. */
export const printJson = (result: { readonly bench: string; readonly [name: string]: unknown }): void => {
  process.stdout.write(`${JSON.stringify(result)}\n`);
};

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** The value below which a part of the sorted numbers lies. */
export const percentile = (values: readonly number[], part: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
};
