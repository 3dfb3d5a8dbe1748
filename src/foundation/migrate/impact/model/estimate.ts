/** From the quickest machine to the slowest that is expected. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A table as the real database has it. */
export interface TableSize {
  readonly tableBytes: number;
  readonly indexBytes: number;
  /** By the last statistics; where there are none, as many as fit. */
  readonly rows: number;
}

/** What one statement does to tables that were there before. */
export interface Effects {
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  readonly indexBuilds: readonly { readonly table: string }[];
}

const megabyte = 1024 * 1024;
// Bytes of the table per second. Two cores and a local disk did 40 (rewrite with no index), 230 (a check), 390 (not null),
// 47 and 77 (indexes of a bigint and of 60 characters); from a third of that on a busy machine to several times of it.
const rates = {
  rewrite: { low: 15 * megabyte, high: 200 * megabyte },
  scan: { low: 80 * megabyte, high: 1_500 * megabyte },
  build: { low: 15 * megabyte, high: 200 * megabyte },
} as const;
/** A change of the catalog alone, with its commit. */
const catalog: Range = { low: 1, high: 50 };
// An index is between a tenth and three fifths of its table for one to a few columns.
const indexShare: Range = { low: 0.1, high: 0.6 };

const largeRows = 100_000;

export function isLarge({ tableBytes, rows }: TableSize, largeTableBytes: number): boolean {
  return tableBytes > largeTableBytes || rows > largeRows;
}

const sum = (ranges: readonly Range[]): Range =>
  ranges.reduce((all, one) => ({ low: all.low + one.low, high: all.high + one.high }), { low: 0, high: 0 });

const atRate = (bytes: number, { low, high }: Range): Range => ({ low: (bytes / high) * 1000, high: (bytes / low) * 1000 });

const rounded = ({ low, high }: Range): Range => ({ low: Math.round(low), high: Math.round(high) });

/** Milliseconds a statement takes on tables of these sizes, once it has its locks. A table that is not there takes nothing. */
export function durationOf({ rewrites, scans, indexBuilds }: Effects, sizeOf: (table: string) => TableSize | undefined): Range {
  const bytes = (table: string) => sizeOf(table)?.tableBytes ?? 0;
  // A rewrite builds all indexes anew; they are counted as builds.
  const parts = [
    ...rewrites.map((table) => atRate(bytes(table), rates.rewrite)),
    ...scans.filter((table) => indexBuilds.every((build) => build.table !== table)).map((table) => atRate(bytes(table), rates.scan)),
    ...indexBuilds.map(({ table }) => atRate(bytes(table), rates.build)),
  ];
  return rounded(sum([catalog, ...parts]));
}

/** Bytes of write-ahead log: what is written anew; changes of the catalog are not counted. */
export function walOf({ rewrites, indexBuilds }: Effects, sizeOf: (table: string) => TableSize | undefined): Range {
  const rewritten = rewrites.map((table): Range => {
    const size = sizeOf(table);
    return { low: (size?.tableBytes ?? 0) * 0.8, high: ((size?.tableBytes ?? 0) + (size?.indexBytes ?? 0)) * 1.2 };
  });
  const built = indexBuilds
    .filter(({ table }) => !rewrites.includes(table))
    .map(({ table }): Range => {
      const bytes = sizeOf(table)?.tableBytes ?? 0;
      return { low: bytes * indexShare.low, high: bytes * indexShare.high };
    });
  return rounded(sum([...rewritten, ...built]));
}

export function addRanges(ranges: readonly Range[]): Range {
  return rounded(sum(ranges));
}
