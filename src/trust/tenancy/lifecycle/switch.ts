import type { Connect } from '../../../foundation/connect/index.ts';
import type { Moves } from '../../../foundation/migrate/index.ts';
import { sqlstateOf } from '../../../kernel/index.ts';
import { findPlacement, placementErrors, setPlacement, shared } from '../placement/index.ts';
import { putReplica } from '../sql/queries/queries.gen.ts';
import { inRegistry } from './context.ts';
import type { MoveAtWork } from './move.ts';
import { settleIn } from './standing.ts';
import { passSequences } from './tables.ts';

/** The longest that writers of the tenant wait, and what of it is for their own transactions at work. */
const longestPauseMs = 2_000;
const lockMs = 1_000;
const tries = 10;
const restMs = 1_000;

/**
 * Switches a tenant that was copied and compared: waits until none of its transactions is open, carries the last changes over, and lets the
 * old place refuse it. Killed anywhere, either the old place takes its writes or none does, and the same call ends it.
 *
 * @throws PLINTH_TENANCY_SWITCH_TOO_SLOW
 */
export async function switchPlace(
  move: MoveAtWork,
  moves: Moves,
  names: readonly string[],
  writer: Connect,
): Promise<{ readonly pauseMs: number }> {
  const { deps, operation, tenant, from, to } = move;
  const isSwitched = async () => {
    const { placement } = await inRegistry(deps, (tx) => findPlacement.one(tx, { id: tenant.id }));
    return (placement ?? shared) === to.name;
  };
  let pauseMs = 0;
  const work = async (carry: () => Promise<void>) => {
    // A try before this one may have had only the record of it left to write.
    if (await isSwitched()) return;
    for (let attempt = 1; ; attempt++) {
      await carry();
      const took = await pauseAndSwitch(move, carry, writer);
      if (took !== undefined) {
        pauseMs = took;
        return;
      }
      if (attempt === tries) throw placementErrors.SWITCH_TOO_SLOW({ slug: tenant.slug, tries, limitMs: longestPauseMs });
      operation.progress(`its transactions did not end within ${lockMs} ms; trying again`);
      await deps.clock.sleep(restMs, operation.signal);
    }
  };
  await moves.switchTogether(names, { source: from.connect, signal: operation.signal, onProgress: operation.progress }, work);
  return { pauseMs };
}

/** How long its writers had to wait; undefined where it would have been too long and they go on where they were. */
async function pauseAndSwitch(move: MoveAtWork, carry: () => Promise<void>, writer: Connect): Promise<number | undefined> {
  const { deps, operation, tenant, from, to, tables } = move;
  const { clock, connect } = deps;
  const { id, slug, name, state, created } = tenant;
  const request = { tier: 'oltp', as: 'owner', tag: 'tenancy.switch' } as const;
  await using held = await from.connect.session({ tier: 'oltp', tag: 'tenancy.switch', signal: operation.signal });
  await held.query({ text: `set lock_timeout = ${lockMs}` });
  const startedMs = clock.monotonicMs();
  const tookMs = () => Math.round(clock.monotonicMs() - startedMs);
  try {
    // From the moment it is asked for, whoever comes is told to come again.
    await held.query({ text: 'select pg_advisory_lock(tenancy.move_key($1))', values: [id] });
  } catch (error) {
    if (sqlstateOf(error) === '55P03') return undefined;
    throw error;
  }
  await carry();
  await writer.transaction(request, async (tx) => {
    for (const table of tables) await passSequences(tx, table, id);
  });
  if (tookMs() > longestPauseMs / 2) return undefined;
  if (!to.isShared) {
    await writer.transaction(request, async (tx) => {
      await putReplica.run(tx, { id, slug, name, state, created });
      await setPlacement.run(tx, { id, placement: null });
    });
  }
  // On the connection that holds the lock: were it lost by now, so would be this.
  await setPlacement.run(held, { id, placement: to.name });
  if (!from.isShared) await connect.transaction(request, (tx) => setPlacement.run(tx, { id, placement: to.isShared ? null : to.name }));
  const pauseMs = tookMs();
  await deps.placements.refresh();
  // The lock is kept until nobody is left who looked at the registry before: what he sees would let him in.
  await settleIn(deps, operation, from.connect, 'oltp');
  return pauseMs;
}
