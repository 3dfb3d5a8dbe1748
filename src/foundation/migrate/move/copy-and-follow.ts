import { nextBatchRows } from '../backfill/index.ts';
import { inRange, type Key } from './model/keys.ts';
import type { OpenMove } from './open-move.ts';
import { advanceCopy, beginCopying, findMove, follow } from './sql/queries/queries.gen.ts';
import { carryChanges, changesPerPass, copyRows, largestKey, nextRange } from './transfer.ts';
import { untilFree } from './until-free.ts';

/** Brings the target up to the source: prepares where that was not done, copies what is left, carries over all changes there are by then. */
export async function copyAndFollow(move: OpenMove): Promise<void> {
  const { id, sides, signal } = move;
  const { source, target } = sides;
  const onTarget = { tier: target.tier, as: 'owner', priority: 'maintenance', tag: 'migrate.move', signal } as const;
  const onSource = { tier: source.tier, as: 'owner', priority: 'batch', tag: 'migrate.move', signal } as const;
  for (;;) {
    signal.throwIfAborted();
    const { state } = await target.connect.transaction(onTarget, (tx) => findMove.one(tx, { id }));
    if (state === 'switched') return;
    if (state === 'preparing') {
      await untilFree(move, () => move.changes.begin(move.move));
      // Only now: what is changed from here on is in the log.
      const upTo = await source.connect.transaction({ ...onSource, isReadOnly: true }, (tx) => largestKey(tx, source));
      await target.connect.transaction(onTarget, (tx) => beginCopying.run(tx, { id, upper_bound: upTo && JSON.stringify(upTo) }));
    } else if (state === 'copying') {
      await copyNext(move);
    } else {
      const carried = await source.connect.transaction({ ...onSource, isolation: 'repeatable read' }, (from) => carryChanges(from, move));
      if (carried === 'truncated') await beginAgain(move);
      else if (carried > 0) move.progress(`${move.name}: ${carried} changes carried over`);
      // Fewer than it could take were all there were. Under load some more are waiting by now, and there would be no end of it.
      if (carried !== 'truncated' && carried < changesPerPass) return;
    }
  }
}

/** The next range with the cursor behind it, in one transaction of the target. */
async function copyNext(move: OpenMove): Promise<void> {
  const { id, sides, signal } = move;
  const { source, target } = sides;
  const request = { tier: target.tier, as: 'owner', priority: 'maintenance', tag: 'migrate.move', signal } as const;
  await target.connect.transaction(request, async (to) => {
    const row = await findMove.one(to, { id });
    const after = row.cursor as Key | null;
    const upTo = row.upper_bound as Key | null;
    const started = move.clock.monotonicMs();
    const copied = await source.connect.transaction(
      { tier: source.tier, as: 'owner', priority: 'batch', isReadOnly: true, tag: 'migrate.move', signal },
      async (from) => {
        const next = upTo && (await nextRange(from, source, after, upTo, row.batch_rows));
        return next && { ...next, rows: await copyRows(from, to, sides, inRange(source.key, after, next.key)) };
      },
    );
    if (!copied) {
      await follow.run(to, { id });
      return;
    }
    await advanceCopy.run(to, {
      id,
      cursor: JSON.stringify(copied.key),
      from: after && JSON.stringify(after),
      rows: copied.rows,
      batch_rows: nextBatchRows(row.batch_rows, move.clock.monotonicMs() - started),
    });
    move.progress(`${move.name}: ${row.rows_copied + copied.rows} of about ${row.rows_total} rows copied`);
  });
}

/** After a truncate of the source: empties the target and forgets the log, both of which describe rows that are gone. */
async function beginAgain(move: OpenMove): Promise<void> {
  const { id, sides, changes, signal } = move;
  const { source, target } = sides;
  await source.connect.transaction({ tier: source.tier, as: 'owner', priority: 'batch', tag: 'migrate.move', signal }, async (from) => {
    // What is in the log by now is older than what will be copied.
    const old = await changes.take(from, move.move, Number.MAX_SAFE_INTEGER);
    const upTo = await largestKey(from, source);
    await target.connect.transaction(
      { tier: target.tier, as: 'owner', priority: 'maintenance', tag: 'migrate.move', signal },
      async (to) => {
        await to.query({
          text: move.definition.only ? `delete from ${target.relation} where ${target.filter}` : `truncate ${target.relation}`,
        });
        await beginCopying.run(to, { id, upper_bound: upTo && JSON.stringify(upTo) });
      },
    );
    await changes.forget(from, move.move, old);
  });
  move.progress(`${move.name}: the source was truncated; copying begins again`);
}
