import type { TextTable } from '../../kernel/index.ts';

const isNumber = (cell: string | number | undefined) => typeof cell === 'number';

/** A table in plain text: columns as wide as their content, numbers to the right, nothing behind the last column. */
export function renderTable({ columns, rows }: TextTable): string {
  if (rows.length === 0) return `${columns.join('  ')}\n(none)`;
  const widths = columns.map((title, i) => Math.max(title.length, ...rows.map((row) => String(row[i] ?? '').length)));
  const line = (cells: readonly (string | number)[], toTheRight: (i: number) => boolean) =>
    cells
      .map((cell, i) => (toTheRight(i) ? String(cell).padStart(widths[i] ?? 0) : String(cell).padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const numeric = (i: number) => rows.every((row) => isNumber(row[i]));
  return [line(columns, numeric), ...rows.map((row) => line(row, numeric))].join('\n');
}

/**
 * A line of progress on a terminal, rewritten in place. Elsewhere (a log file, CI) at most one line every
 * five seconds, so that a long import neither floods the log nor looks dead.
 */
export function createProgress(stream: NodeJS.WriteStream): { show(line: string): void; clear(): void } {
  let shown = 0;
  return {
    show(line) {
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`);
        shown = 1;
      } else if (performance.now() - shown > 5_000 || shown === 0) {
        stream.write(`${line}\n`);
        shown = performance.now();
      }
    },
    clear() {
      if (stream.isTTY && shown) stream.write('\r\x1b[2K');
    },
  };
}
