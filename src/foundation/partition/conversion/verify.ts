import type { Executor } from '../../../kernel/index.ts';
import { quoteIdentifier, quoteLiteral } from '../../../kernel/index.ts';
import { canonicalSettings } from '../../migrate/index.ts';
import { conversionErrors } from './errors.ts';
import type { ConversionPlan } from './model/plan.ts';
import { listRanges, replaceRanges } from './sql/queries/queries.gen.ts';
import type { VerifiedRange } from './types.ts';
import { execute, type Work } from './work.ts';

const id = quoteIdentifier;
const shownKeys = 20;

/** Both sides of a conversion, each as one relation, and which rows of the source are meant. */
export interface Pair {
  readonly source: string;
  readonly target: string;
  readonly condition: string;
}

/**
 * Compares both sides in one snapshot, range by range: count, least and greatest key, and a hash of all columns that does not depend on the
 * order of rows. Each side is read once. The report is kept.
 *
 * @throws PLINTH_PARTITION_CONVERSION_MISMATCH with the first keys that differ; those ranges are due to be copied again
 */
export async function verifyPair(work: Work, pair: Pair): Promise<readonly VerifiedRange[]> {
  const { session: tx, plan } = work;
  await tx.query({ text: `begin isolation level repeatable read read only; set local statement_timeout = 0; ${canonicalSettings}` });
  let ranges: readonly VerifiedRange[];
  let keys: readonly string[] = [];
  try {
    const source = await summarise(tx, plan, pair.source, pair.condition);
    const target = await summarise(tx, plan, pair.target, 'true');
    ranges = join(plan, source, target);
    if (ranges.some(({ state }) => state === 'different')) keys = await differingKeys(tx, plan, pair, ranges);
  } finally {
    await tx.query({ text: 'rollback' });
  }
  await replaceRanges.run(tx, { id: work.id, ranges: JSON.stringify(ranges.map(toRow)) });
  const different = ranges.filter(({ state }) => state === 'different');
  if (different.length > 0) {
    const names = different.map(({ from, to }) => `[${from ?? '…'}, ${to ?? '…'})`);
    throw conversionErrors.CONVERSION_MISMATCH({ table: `${plan.schema}.${plan.name}`, ranges: names, keys });
  }
  return ranges;
}

/**
 * Makes the target's rows of the ranges that were found different what the source's are. Row by row the same as the triggers do: what is
 * there and not the same goes, what is missing comes, unless a trigger was faster.
 */
export async function copyAgain(work: Work, pair: Pair): Promise<void> {
  const { session: tx, plan } = work;
  const columns = plan.columns.map(id).join(', ');
  const row = (alias: string) => `row(${plan.columns.map((column) => `${alias}.${id(column)}`).join(', ')})::text`;
  const same = plan.rowKey.map((column) => `s.${id(column)} = t.${id(column)}`).join(' and ');
  for (const range of await readRanges(tx, work.id)) {
    if (range.state === 'equal') continue;
    const within = rangeCondition(plan, range);
    await execute(tx, [
      `begin; set local statement_timeout = 0; ${canonicalSettings}`,
      `delete from ${pair.target} t where ${within} and not exists (select from ${pair.source} s where ${same} and ${row('s')} = ${row('t')})`,
      `insert into ${pair.target} (${columns}) overriding system value
         select ${columns} from ${pair.source} s where (${within}) and (${pair.condition})
            and not exists (select from ${pair.target} t where ${same}) for key share of s on conflict do nothing`,
      'commit',
    ]);
  }
}

interface Summary {
  readonly rows: number;
  readonly hash: string;
  readonly least: string | null;
  readonly greatest: string | null;
}

async function summarise(tx: Executor, plan: ConversionPlan, relation: string, condition: string): Promise<ReadonlyMap<number, Summary>> {
  const key = id(plan.keyColumn);
  // A uuid has an order, but no least one among the aggregates of older servers; its text has the same.
  const ordered = plan.keyType === 'uuid' || plan.keyType === 'text' ? `${key}::text collate "C"` : key;
  const { rows } = await tx.query({
    text: `select ${rangeNumber(plan, key)} as number, count(*)::int8 as rows, min(${ordered})::text as least, max(${ordered})::text as greatest,
             mod(sum(pg_catalog.hashtextextended(row(${plan.columns.map(id).join(', ')})::text collate "C", 0)), 18446744073709551616)::text as hash
        from ${relation} where ${condition} group by 1`,
  });
  return new Map(rows.map(({ number, ...row }) => [number, { ...row, rows: Number(row.rows) }]));
}

/** Which range a key lies in, from 0. */
const rangeNumber = ({ edges, keyType }: ConversionPlan, key: string) =>
  edges.length > 0 ? `pg_catalog.width_bucket(${key}, array[${edges.map(quoteLiteral).join(', ')}]::${keyType}[])` : '0';

function join(plan: ConversionPlan, source: ReadonlyMap<number, Summary>, target: ReadonlyMap<number, Summary>): readonly VerifiedRange[] {
  const none: Summary = { rows: 0, hash: '0', least: null, greatest: null };
  return Array.from({ length: plan.edges.length + 1 }, (_, number) => {
    const [from, to] = [plan.edges[number - 1], plan.edges[number]];
    const [one, other] = [source.get(number) ?? none, target.get(number) ?? none];
    const isEqual = one.rows === other.rows && one.hash === other.hash && one.least === other.least && one.greatest === other.greatest;
    return {
      number,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      rowsSource: one.rows,
      rowsTarget: other.rows,
      hashSource: one.hash,
      hashTarget: other.hash,
      ...(one.least !== null && { least: one.least }),
      ...(one.greatest !== null && { greatest: one.greatest }),
      state: isEqual ? 'equal' : 'different',
    };
  });
}

async function differingKeys(tx: Executor, plan: ConversionPlan, pair: Pair, ranges: readonly VerifiedRange[]): Promise<readonly string[]> {
  const within = ranges
    .filter(({ state }) => state === 'different')
    .map((range) => `(${rangeCondition(plan, range)})`)
    .join(' or ');
  const keys = plan.rowKey.map(id).join(', ');
  const side = (relation: string, condition: string) =>
    `select ${keys}, pg_catalog.hashtextextended(row(${plan.columns.map(id).join(', ')})::text collate "C", 0) as plinth_hash from ${relation} where (${condition}) and (${within})`;
  const { rows } = await tx.query({
    text: `select row(${keys})::text as key from (${side(pair.source, pair.condition)}) s full join (${side(pair.target, 'true')}) t using (${keys}, plinth_hash)
            where s.plinth_hash is null or t.plinth_hash is null group by 1 order by 1 limit ${shownKeys}`,
  });
  return rows.map(({ key }) => key);
}

function rangeCondition({ keyColumn, keyType }: ConversionPlan, { from, to }: Pick<VerifiedRange, 'from' | 'to'>): string {
  const bound = (operator: string, value: string | undefined) =>
    value === undefined ? [] : [`${id(keyColumn)} ${operator} ${quoteLiteral(value)}::${keyType}`];
  return [...bound('>=', from), ...bound('<', to), 'true'].join(' and ');
}

const toRow = (range: VerifiedRange) => ({
  number: range.number,
  lower_key: range.from ?? null,
  upper_key: range.to ?? null,
  rows_source: range.rowsSource,
  rows_target: range.rowsTarget,
  hash_source: range.hashSource,
  hash_target: range.hashTarget,
  least_key: range.least ?? null,
  greatest_key: range.greatest ?? null,
  state: range.state,
});

/** The last report as it was kept. */
export async function readRanges(executor: Executor, conversionId: string): Promise<readonly VerifiedRange[]> {
  return (await listRanges.all(executor, { id: conversionId })).map((row) => ({
    number: row.number,
    ...(row.lower_key !== null && { from: row.lower_key }),
    ...(row.upper_key !== null && { to: row.upper_key }),
    rowsSource: row.rows_source,
    rowsTarget: row.rows_target,
    hashSource: row.hash_source,
    hashTarget: row.hash_target,
    ...(row.least_key !== null && { least: row.least_key }),
    ...(row.greatest_key !== null && { greatest: row.greatest_key }),
    state: row.state === 'equal' ? 'equal' : 'different',
  }));
}
