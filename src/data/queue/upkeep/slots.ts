import type { Connect } from '../../../foundation/connect/index.ts';
import type { Clock, Log } from '../../../kernel/index.ts';
import type { Lead, LedLoop } from './lead/lead.ts';
import { emptySlot, horizonHolder, type ListSlotsRow, listSlots, rotate } from './sql/queries/queries.gen.ts';

/** Dead rows that a claim walks over cost it a tenth of a millisecond for every thousand. */
const vacuumAt = 10_000;
/** Vacuum reads the whole index, so the more is in there the less often it is worth it. */
const vacuumShare = 0.1;
const rotateAt = 50_000;
const intervalMs = 2_000;
/** A view that is younger, as an analyze or a report of a moment has, is gone in the next round or the one after. */
const patienceMs = 5_000;

interface SlotThresholds {
  readonly vacuumAt: number;
  readonly rotateAt: number;
}

/**
 * Keeps claims quick: dead rows of `job_ready` are vacuumed long before autovacuum would come, and where somebody's old view keeps them, new
 * rows go to another slot; the one before is drained by the workers, and truncated when nothing is left in it.
 */
export function slotKeeper(
  { connect, clock, log }: { readonly connect: Pick<Connect, 'session'>; readonly clock: Clock; readonly log: Log },
  thresholds: SlotThresholds = { vacuumAt, rotateAt },
): LedLoop {
  const look = (lead: Lead) => lead.transaction('queue.slots', (tx) => listSlots.all(tx, {}));

  /** At most a tenth of the time goes into it. */
  async function vacuum({ signal }: Lead, slots: readonly ListSlotsRow[]): Promise<number> {
    const started = clock.monotonicMs();
    await using session = await connect.session({ tier: 'queue', tag: 'queue.vacuum', signal });
    for (const { slot } of slots)
      await session.query({ text: `vacuum (skip_locked, truncate off, parallel 0, index_cleanup on) queue.job_ready_${slot}` });
    return clock.monotonicMs() - started;
  }

  let fullSinceMs: number | undefined;
  async function moveOn(lead: Lead, slots: readonly ListSlotsRow[]): Promise<void> {
    const full = slots.find((slot) => slot.is_current && slot.dead_rows > thresholds.rotateAt);
    fullSinceMs = full && (fullSinceMs ?? clock.monotonicMs());
    if (!full || fullSinceMs === undefined) return;
    const holder = await lead.transaction('queue.slots', (tx) => horizonHolder.first(tx, {}));
    // Who holds it is not always to be seen, so it counts as well how long nothing could be removed.
    const heldMs = Math.max(holder?.held_ms ?? 0, clock.monotonicMs() - fullSinceMs);
    if (heldMs < patienceMs) return;
    const [next] = slots.filter((slot) => !slot.is_current && slot.size_bytes === 0);
    const heldBy = holder ? `${holder.kind} ${holder.name}` : 'nothing that is known';
    if (!next) {
      log.error('job_ready cannot move on: no slot is empty', { deadRows: full.dead_rows, heldBy });
      return;
    }
    const to = { from_slot: full.slot, to_slot: next.slot, held_by: heldBy };
    const { has_moved } = await lead.transaction('queue.rotate', (tx) => rotate.one(tx, to));
    fullSinceMs = undefined;
    if (has_moved) log.warn('job_ready moves on to another slot: an old view keeps its dead rows', { ...to, deadRows: full.dead_rows });
  }

  return {
    name: 'queue.slots',
    intervalMs,
    async run(lead) {
      const slots = await look(lead);
      for (const { slot, is_current, size_bytes } of slots)
        if (!is_current && size_bytes > 0) await lead.transaction('queue.slots', (tx) => emptySlot.one(tx, { slot }));
      const worn = slots.filter((one) => one.dead_rows > Math.max(thresholds.vacuumAt, vacuumShare * one.live_rows));
      if (worn.length === 0) return undefined;
      const tookMs = await vacuum(lead, worn);
      await moveOn(lead, await look(lead));
      return Math.max(intervalMs, 9 * tookMs);
    },
  };
}
