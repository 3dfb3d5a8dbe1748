import type { Connect, Session } from '../../../foundation/connect/index.ts';
import { climb } from '../../../foundation/migrate/index.ts';
import { type Clock, quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import { writePlace } from '../model/places.ts';
import type { TablePlace } from '../model/types.ts';
import { subjectErrors } from './errors.ts';
import { findHorizon, findTable, listAbove, listOldViews } from './sql/queries/queries.gen.ts';
import type { Purged, StepBounds } from './types.ts';

export interface PurgeDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  /** Up to this size with indexes a table is rewritten, under a lock that keeps everybody out meanwhile. */
  readonly rewriteMaxBytes: number;
  /** For locks, and for transactions that still may see what was erased. */
  readonly patienceMs: number;
}

const pollMs = 200;

const quoted = ({ schema, table }: { readonly schema: string; readonly table: string }) =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;

/**
 * Takes the bytes of erased rows out of the files of these tables of one tier. PostgreSQL leaves them in pages when it removes a row, and
 * VACUUM too; only a rewrite drops them, so small tables and their indexes are rewritten. What was copied out of them goes with it:
 * materialised views are refreshed, and the planner's statistics, which hold common values and bounds of histograms, are made anew.
 *
 * @returns what was done with each, in order
 * @throws PLINTH_PRIVACY_OLD_SNAPSHOT, and what the server said when a lock could not be had
 */
export async function purgeTables(
  deps: PurgeDeps,
  tier: Tier,
  tables: readonly TablePlace[],
  { signal, onProgress }: StepBounds,
): Promise<readonly Purged[]> {
  await using session = await deps.connect.session({ tier, tag: 'privacy.purge', signal });
  const patience = { clock: deps.clock, signal, deadlineMs: deps.patienceMs };
  const locked = (text: string) =>
    climb(patience, async ({ lockTimeoutMs }) => {
      await session.query({ text: `set lock_timeout = ${lockTimeoutMs}` });
      await session.query({ text });
    });

  await waitForViews(deps, session, signal);
  const done: Purged[] = [];
  for (const table of tables) {
    const found = await findTable.first(session, { schema: table.schema, table: table.table });
    const isSmall = found !== undefined && found.size_bytes <= deps.rewriteMaxBytes;
    if (found) {
      onProgress(`${isSmall ? 'rewriting' : 'vacuuming'} ${writePlace(table)}`);
      await locked(`vacuum (${isSmall ? 'full, ' : ''}analyze) ${quoted(table)}`);
    }
    done.push(found ? (isSmall ? 'rewritten' : 'vacuumed') : 'dropped');
  }
  const above = await listAbove.all(session, { schemas: tables.map(({ schema }) => schema), tables: tables.map(({ table }) => table) });
  for (const one of above) {
    if (one.kind === 'm') await locked(`refresh materialized view ${quoted(one)}`);
    await locked(`analyze ${quoted(one)}`);
  }
  await waitForViews(deps, session, signal);
  for (const catalog of ['pg_statistic', 'pg_statistic_ext_data']) await locked(`vacuum full pg_catalog.${catalog}`);
  return done;
}

/** Waits until nobody can see any more what is erased by now: as long as somebody can, a rewrite takes it along. */
async function waitForViews({ clock, patienceMs }: PurgeDeps, session: Session, signal: AbortSignal): Promise<void> {
  const { horizon } = await findHorizon.one(session, {});
  const started = clock.monotonicMs();
  for (;;) {
    const old = await listOldViews.all(session, { horizon });
    if (old.length === 0) return;
    if (clock.monotonicMs() - started > patienceMs) {
      throw subjectErrors.OLD_SNAPSHOT({ tier: session.tier, holders: old.map(({ holder }) => holder) });
    }
    await clock.sleep(pollMs, signal);
  }
}
