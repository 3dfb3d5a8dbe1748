import { messageOf, type Tier } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import { asOwner, type Context, databases } from '../context.ts';
import { partitionErrors } from '../errors.ts';
import { judge, type Measured, propose } from './model/judge.ts';
import { findStatementsView, listCandidates, measureTable } from './sql/queries/queries.gen.ts';
import type { Assessment, CandidateKey } from './types.ts';

const secondsPerDay = 86_400;
/** Counts of a shorter time say nothing about a day. */
const leastSeconds = 3600;

/**
 * Looks at what the server has counted about a table and says whether and how it should be cut. Reads the catalog and statistics only.
 *
 * @throws PLINTH_PARTITION_NO_TABLE
 */
export async function assess(context: Context, table: string): Promise<Assessment> {
  for (const tier of databases(context)) {
    const found = await asOwner(context, tier, 'assess', async (tx) => {
      const row = await measureTable.first(tx, { table });
      return row && { row, candidates: await listCandidates.all(tx, { table }) };
    });
    if (found) return conclude(context, tier, found.row, found.candidates);
  }
  throw partitionErrors.NO_TABLE({ table });
}

type Row = NonNullable<Awaited<ReturnType<typeof measureTable.first>>>;
type Candidates = Awaited<ReturnType<typeof listCandidates.all>>;

async function conclude(context: Context, tier: Tier, row: Row, candidates: Candidates): Promise<Assessment> {
  const unknown: string[] = [];
  const name = row.table.replace(/^.*\./, '').replaceAll('"', '');
  const shares = await statementShares(context, tier, name, candidates).catch((error) => {
    unknown.push(`which columns statements ask for: ${messageOf(error)}`);
    return undefined;
  });
  const isCounted = row.seconds_counted >= leastSeconds;
  if (!isCounted) unknown.push('growth and deletes a day: statistics have been counted for less than an hour');
  if (row.vacuum_ms === null) unknown.push('how long a vacuum takes: the server counts that from PostgreSQL 18 on');
  const days = row.seconds_counted / secondsPerDay;
  const keys = candidates.map(
    ({ column, type, strategy, correlation, n_distinct, problems }): CandidateKey => ({
      column,
      type,
      strategy: strategy as CandidateKey['strategy'],
      ...(correlation !== null && { correlation }),
      // Negative: a share of the rows.
      ...(n_distinct !== null && { distinct: Math.round(n_distinct < 0 ? -n_distinct * row.rows : n_distinct) }),
      ...(shares?.has(column) && { statementShare: shares.get(column) as number }),
      problems,
    }),
  );
  const measured: Measured = {
    rows: row.rows,
    sizeBytes: row.size_bytes,
    indexBytes: row.index_bytes,
    bufferBytes: row.buffer_bytes,
    ...(isCounted && {
      bytesPerDay: Math.round(((row.inserted / days) * row.size_bytes) / Math.max(row.rows, 1)),
      deletedPerDay: Math.round(row.deleted / days),
    }),
    ...(row.vacuum_ms !== null && row.vacuums > 0 && { vacuumSeconds: row.vacuum_ms / row.vacuums / 1000 }),
    keys: candidates.some(({ is_in_key: isInKey, strategy }) => isInKey || strategy === 'time')
      ? keys.filter((_, index) => candidates[index]?.strategy === 'time' || candidates[index]?.is_in_key)
      : keys,
  };
  const { key, ...verdict } =
    row.kind === 'p' ? { isWorthIt: false, reasons: ['it is partitioned already'], key: undefined } : judge(measured);
  const proposal = key && propose(measured, key);
  const { bytesPerDay, deletedPerDay, vacuumSeconds } = measured;
  return {
    tier,
    table: row.table,
    ...verdict,
    ...(proposal && { proposal }),
    rows: row.rows,
    sizeBytes: row.size_bytes,
    ...(bytesPerDay !== undefined && { bytesPerDay }),
    ...(deletedPerDay !== undefined && { deletedPerDay }),
    deadRows: row.dead,
    ...(vacuumSeconds !== undefined && { vacuumSeconds }),
    keys: measured.keys,
    inbound: row.inbound,
    outbound: row.outbound,
    unknown,
  };
}

/**
 * For each column the share of the executed statements over a table that mention it in a condition. By their text, which is what the server
 * keeps: a column of that name in another table of the same statement counts too.
 */
async function statementShares(context: Context, tier: Tier, table: string, columns: Candidates): Promise<ReadonlyMap<string, number>> {
  return asOwner(context, tier, 'assess', async (tx: Transaction) => {
    const found = await findStatementsView.first(tx, {});
    if (!found) throw new Error('pg_stat_statements is not installed');
    const { rows } = await tx.query({
      text: `select c.name, coalesce(sum(s.calls) filter (where s.query ~* ('\\mwhere\\M.*\\m' || c.name || '\\M'))::float8 / nullif(sum(s.calls), 0)::float8, 0) as share
        from ${found.view} s cross join unnest($2::text[]) c(name)
       where s.dbid = (select oid from pg_catalog.pg_database where datname = current_database()) and s.query ~* ('\\m' || $1 || '\\M') and s.query ~* '^\\s*(select|update|delete|with)'
       group by c.name`,
      values: [table, columns.map(({ column }) => column)],
    });
    return new Map(rows.map(({ name, share }) => [name, share]));
  });
}
