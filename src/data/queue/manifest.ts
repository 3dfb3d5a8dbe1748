import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { Tenancy } from '../../trust/tenancy/index.ts';
import type { Outbox } from './model/types.ts';
import { type QueueOptions, queueOptions } from './options.ts';
import type { OpenedQueue } from './queue.ts';

export const manifest: Manifest = {
  name: 'queue',
  layer: 'data',
  requires: ['connect', 'migrate', 'partition', 'access', 'tenancy', 'audit', 'crypto', 'privacy'],
  tiers: ['queue'],
  options: queueOptions,
  migrations: { name: 'queue', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  async open({ clock, log, events, options, use, slot }): Promise<OpenedQueue> {
    const { openQueue } = await import('./queue.ts');
    const deps = {
      connect: use<Connect>('connect'),
      tenancy: use<Tenancy>('tenancy'),
      clock,
      log,
      events,
      outbox: slot<Outbox>('queue.Outbox'),
    };
    return openQueue(deps, options as QueueOptions);
  },
  fills: {
    'tenancy.TenantData': (queue: OpenedQueue) => queue.upkeep.tenantData,
    'tenancy.TenantMeasures': (queue: OpenedQueue) => queue.upkeep.measures,
  },
  services: (queue: OpenedQueue) => queue.services,
};
