import type { Connect } from '../../foundation/connect/index.ts';
import { type EventBus, isUuid, type KernelEvents, type Log, messageOf, nilUuid } from '../../kernel/index.ts';
import { insertSecurityEvent } from './sql/queries/queries.gen.ts';

/**
 * Writes what is told on the bus as `security` to `tenancy.security_events`, each on a connection of its own: the
 * rollback of the refused work does not erase it. Disposing waits for what is being written.
 */
export function recordSecurityEvents(connect: Connect, events: EventBus, log: Log): AsyncDisposable {
  const writing = new Set<Promise<unknown>>();
  const record = (event: KernelEvents['security']) =>
    connect.transaction({ tier: 'oltp', as: 'owner', tag: 'tenancy.security-event' }, (tx) =>
      insertSecurityEvent.run(tx, {
        tenant_id: isUuid(event.tenantId) ? event.tenantId : nilUuid,
        event_type: event.eventType,
        severity: event.severity,
        user_id: isUuid(event.userId) ? event.userId : null,
        action: event.action,
        success: event.success,
        reason: event.reason ?? null,
      }),
    );
  const stop = events.on('security', (event) => {
    const written = record(event)
      .catch((error) => log.error('a security event could not be written', { error: messageOf(error), ...event }))
      .finally(() => writing.delete(written));
    writing.add(written);
  });
  return {
    async [Symbol.asyncDispose]() {
      stop();
      await Promise.all(writing);
    },
  };
}
