export const firstBatchRows = 1_000;
const minRows = 100;
const maxRows = 50_000;
const targetMs = 200;
const goodMs = { from: 100, to: 300 } as const;

/**
 * Rows of the next batch: the same while a batch takes 100 to 300 ms, else what would take 200 ms, at most doubled. A slow
 * batch is corrected at once, because row locks are held for its length.
 */
export function nextBatchRows(rows: number, tookMs: number): number {
  if (tookMs >= goodMs.from && tookMs <= goodMs.to) return rows;
  const fitting = Math.round(rows * Math.min(2, targetMs / Math.max(tookMs, 1)));
  return Math.min(maxRows, Math.max(minRows, fitting));
}
