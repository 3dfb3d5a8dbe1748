import { type EventBus, isUuid, type KernelEvents } from '../../../kernel/index.ts';
import type { AuditEntry } from '../../tenancy/index.ts';
import type { EntryQueue } from './entry-queue.ts';

/** Takes what is told as `audited` and `security` into the trail: what was done, and what was refused. */
export function recordOperations(events: EventBus, queue: Pick<EntryQueue, 'add'>): Disposable {
  const stops = [
    events.on('audited', ({ affectedRows, ...event }) =>
      queue.add({ kind: 'operation', tier: 'oltp', ...event, ...(affectedRows !== undefined && { rowCount: affectedRows }) }),
    ),
    events.on('security', (event) => queue.add(refusalOf(event))),
  ];
  return {
    [Symbol.dispose]() {
      for (const stop of stops) stop();
    },
  };
}

/** Refused: by the chain nobody can take back that it was tried, as one could in `tenancy.security_events`. */
function refusalOf({ eventType, action, severity, reason, success, tenantId, userId }: KernelEvents['security']): AuditEntry {
  return {
    kind: 'operation',
    tier: 'oltp',
    action: `security.${eventType}`,
    success,
    // Whatever was asked for may be no id at all.
    ...(isUuid(tenantId) && { tenantId }),
    ...(isUuid(userId) && { userId }),
    details: { attempted: action, severity, ...(reason !== undefined && { reason }) },
  };
}
