import type { EventBus } from '../../../../kernel/index.ts';
import { bands } from '../../model/bands.ts';
import type { Lead } from '../../upkeep/index.ts';
import type { Starving } from '../model/starvation.ts';
import { putStarvations } from '../sql/queries/queries.gen.ts';
import type { Assessed } from './health.ts';

/** Writes which lanes starve, closes those that do no more, and puts each breach on record. */
export async function writeStarvations(
  lead: Lead,
  events: EventBus,
  starving: readonly Starving[],
  assessed: readonly Assessed[],
): Promise<void> {
  const queues = new Map(assessed.map((one) => [one.queueId, one]));
  const rows = starving.map(({ queueId, band, tenantId, dueMs, level }) => ({
    ...{ queue_id: queueId, band, tenant_id: tenantId, due: new Date(dueMs), level },
    cause: queues.get(queueId)?.bands[band]?.cause ?? 'capacity',
  }));
  const breaches = await lead.transaction('queue.starvations', (tx) => putStarvations.all(tx, { starving: JSON.stringify(rows) }));
  for (const { queue_id, band, tenant_id } of breaches) {
    const queue = queues.get(queue_id);
    const details = { band: bands[band], cause: queue?.bands[band]?.cause ?? 'capacity' };
    events.emit('audited', {
      ...{ action: 'queue.promise.broken', success: false, tenantId: tenant_id, details },
      target: { type: 'queue', id: queue?.name ?? String(queue_id) },
    });
  }
}
