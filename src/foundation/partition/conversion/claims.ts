import { quoteIdentifier } from '../../../kernel/index.ts';
import { canonicalSettings } from '../../migrate/index.ts';
import { conversionErrors } from './errors.ts';
import { underLocks } from './locks.ts';
import type { TablePlan } from './model/plan.ts';
import { closeClaims, openClaims } from './sql/queries/queries.gen.ts';
import { placesOf, qualified, type Work } from './work.ts';

type Claim = TablePlan['claims'][number];

const list = (columns: readonly string[]) => columns.map(quoteIdentifier).join(', ');
const tableOf = (work: Work<TablePlan>) => qualified(placesOf(work).table);
const keyed = ({ plan }: Work<TablePlan>, { columns }: Claim) => list([...columns, plan.keyColumn]);

async function open(work: Work<TablePlan>, { columns }: Claim): Promise<string> {
  const request = { table: tableOf(work), columns: [...columns], key_column: work.plan.keyColumn };
  return (await openClaims.one(work.session, request)).claims;
}

/**
 * What unique indexes guard that a cut table cannot have is claimed before anything else: from now on by triggers, which follow the table
 * wherever it goes, and for the rows that are there in batches. The index is still there meanwhile, so that no two rows want the same.
 */
export async function ensureClaims(work: Work<TablePlan>): Promise<void> {
  const { id, plan, backfills, signal, progress } = work;
  const table = `${plan.schema}.${plan.name}`;
  for (const claim of plan.claims) {
    const claims = await underLocks(work, [tableOf(work)], 'share row exclusive', () => open(work, claim));
    const name = `partition/${id}/claims/${claim.index}`;
    progress(`${table}: claiming ${claim.columns.join(', ')}`);
    const statement = `insert into ${claims} (${keyed(work, claim)}) select ${keyed(work, claim)} from ${tableOf(work)} where (${list(claim.columns)}) is not null on conflict do nothing`;
    const started = await backfills.start({ name, tier: plan.tier, statement });
    if (started.state === 'paused') await backfills.resume(name);
    const { quarantined } = await backfills.run(name, { signal, onProgress: progress });
    if (quarantined === 0) continue;
    const [first] = await backfills.quarantine(name);
    throw conversionErrors.CONVERSION_QUARANTINE({ table, name, rows: quarantined, first: `(${first?.key.join(', ')}): ${first?.error}` });
  }
}

/** Compares claims with the rows they are of, in one snapshot. @throws PLINTH_PARTITION_CONVERSION_CLAIMS */
export async function proveClaims(work: Work<TablePlan>): Promise<void> {
  const { session: tx, plan } = work;
  for (const claim of plan.claims) {
    const claims = await open(work, claim);
    const summary = (relation: string, condition: string) =>
      `select concat(count(*), ' ', mod(sum(pg_catalog.hashtextextended(row(${keyed(work, claim)})::text collate "C", 0)), 18446744073709551616)) from ${relation} where ${condition}`;
    await tx.query({ text: `begin isolation level repeatable read read only; set local statement_timeout = 0; ${canonicalSettings}` });
    let found: { readonly claims: string; readonly rows: string };
    try {
      const text = `select (${summary(claims, 'true')}) as claims, (${summary(tableOf(work), `(${list(claim.columns)}) is not null`)}) as rows`;
      found = (await tx.query({ text })).rows[0];
    } finally {
      await tx.query({ text: 'rollback' });
    }
    if (found.claims === found.rows) continue;
    const [claimed = '', rows = ''] = [found.claims, found.rows].map((one) => one.split(' ')[0]);
    throw conversionErrors.CONVERSION_CLAIMS({ table: `${plan.schema}.${plan.name}`, columns: claim.columns, claims: claimed, rows });
  }
}

/** For a conversion that is given up, or taken back. */
export async function closeClaimsOf(work: Work<TablePlan>): Promise<void> {
  for (const { columns } of work.plan.claims) await closeClaims.run(work.session, { table: tableOf(work), columns: [...columns] });
}
