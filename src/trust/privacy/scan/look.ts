import type { Connect } from '../../../foundation/connect/index.ts';
import { messageOf } from '../../../kernel/index.ts';
import type { ScannedTable } from '../model/catalog.ts';
import { writeTable } from '../model/places.ts';
import { samplePercent, sampleStatement } from '../model/sample.ts';
import type { Finding, TablePlace } from '../model/types.ts';
import type { Examine, Sample } from '../recognise/index.ts';
import { judgeTable, type TableSample } from './judge-table.ts';

interface LookDeps {
  readonly connect: Connect;
  readonly examine: Examine;
  readonly sampleRows: number;
  readonly sampleTimeoutMs: number;
}

interface LookRequest {
  /** `false`: names only, no row is read. Default true. */
  readonly isSampled?: boolean;
  readonly signal?: AbortSignal;
  onProgress?(line: string): void;
}

/** What was found, and which tables were judged by their names alone because their rows could not be read. */
interface Looked {
  readonly findings: readonly Finding[];
  readonly rowCount: number;
  readonly unread: readonly { readonly place: TablePlace; readonly reason: string }[];
}

/**
 * Judges tables. Rows are read as the owner, past row security, in read-only transactions: one statement per table, one table of a
 * database at a time. A table that is locked or slow stops nobody.
 */
export async function look(deps: LookDeps, tables: readonly ScannedTable[], request: LookRequest): Promise<Looked> {
  const byTier = Map.groupBy(tables, ({ place }) => place.tier);
  let done = 0;
  const looked = await Promise.all(
    Array.from(byTier.values(), async (ofDatabase) => {
      const results: Looked[] = [];
      for (const table of ofDatabase) {
        request.signal?.throwIfAborted();
        results.push(await lookAt(deps, table, request));
        request.onProgress?.(`${++done} of ${tables.length} tables, ${writeTable(table.place)}`);
      }
      return results;
    }),
  );
  const results = looked.flat();
  return {
    findings: results.flatMap(({ findings }) => findings),
    rowCount: results.reduce((sum, { rowCount }) => sum + rowCount, 0),
    unread: results.flatMap(({ unread }) => unread),
  };
}

async function lookAt(deps: LookDeps, table: ScannedTable, { isSampled = true, signal }: LookRequest): Promise<Looked> {
  const judged = (sample: TableSample, rowCount: number) => ({ findings: judgeTable(table, sample, deps.examine), rowCount, unread: [] });
  // A view shows what its tables hold: their classification follows, see model/coverage.ts.
  if (!isSampled || table.isView) return judged(new Map(), 0);
  try {
    const { sample, rowCount } = await readSample(deps, table, signal);
    return judged(sample, rowCount);
  } catch (error) {
    signal?.throwIfAborted();
    return { ...judged(new Map(), 0), unread: [{ place: table.place, reason: messageOf(error) }] };
  }
}

async function readSample(
  deps: LookDeps,
  table: ScannedTable,
  signal: AbortSignal | undefined,
): Promise<{ sample: TableSample; rowCount: number }> {
  const columns = table.columns.filter((column) => column.isSampled);
  if (columns.length === 0) return { sample: new Map(), rowCount: 0 };
  const { tier } = table.place;
  const request = {
    tier,
    as: 'owner',
    priority: 'batch',
    tag: 'privacy.sample',
    isReadOnly: true,
    deadlineMs: deps.sampleTimeoutMs,
  } as const;
  const row = await deps.connect.transaction({ ...request, ...(signal && { signal }) }, async (tx) => {
    const read = async (percent: number | undefined) =>
      (await tx.query({ text: sampleStatement(table, columns, deps.sampleRows, percent) })).rows[0] as SampledRow;
    const percent = samplePercent(table, deps.sampleRows);
    const sampled = await read(percent);
    // Blocks may be empty where rows were deleted.
    return percent !== undefined && sampled.rows < deps.sampleRows / 10 ? read(undefined) : sampled;
  });
  const sample = new Map(columns.map((column, i) => [column.name, row[String(i)] ?? []] as const));
  return { sample, rowCount: row.rows };
}

type SampledRow = { readonly rows: number } & { readonly [index: string]: Sample | null };
