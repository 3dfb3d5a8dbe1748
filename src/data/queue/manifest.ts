import type { Cluster } from '../../foundation/cluster/index.ts';
import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { Access } from '../../trust/access/index.ts';
import type { Crypto } from '../../trust/crypto/index.ts';
import type { IsolationProbe, Tenancy } from '../../trust/tenancy/index.ts';
import type { Outbox } from './model/types.ts';
import { type QueueOptions, queueOptions } from './options.ts';
import type { OpenedQueue } from './queue.ts';
import { commands, routes } from './surface/index.ts';
import { workCommands } from './work/surface.ts';

type ProbedQueue = OpenedQueue & { readonly isolationProbe: IsolationProbe };

export const manifest: Manifest = {
  name: 'queue',
  layer: 'data',
  requires: ['cluster', 'connect', 'migrate', 'partition', 'access', 'tenancy', 'audit', 'crypto', 'privacy'],
  tiers: ['queue'],
  options: queueOptions,
  accepted: [
    { object: 'queue.job_ready', finding: 'primary key', reason: 'read by the engine alone, lane by lane; a tenant asks for one job' },
    { object: 'queue.job_delayed', finding: 'primary key', reason: 'read by the engine alone, in the order of time' },
    {
      object: 'queue.settle_own_unique',
      finding: 'a security definer function',
      reason: 'takes the tenant from the sealed context and touches unique jobs of that tenant only',
    },
    {
      object: 'queue.finish_in_transaction',
      finding: 'a security definer function',
      reason: 'takes the tenant from the sealed context and ends one job of it, in a lease whose id its worker alone knows',
    },
  ],
  migrations: { name: 'queue', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands: [...workCommands, ...commands],
  routes,
  async open({ clock, log, events, options, use, slot }): Promise<ProbedQueue> {
    const [{ openQueue }, { queueProbe }] = await Promise.all([import('./queue.ts'), import('./isolation-probe.ts')]);
    const deps = {
      connect: use<Connect>('connect'),
      tenancy: use<Tenancy>('tenancy'),
      crypto: use<Crypto>('crypto'),
      clock,
      log,
      events,
      async endpoint() {
        const { password: _, ...address } = use<Cluster>('cluster').endpoint('queue');
        return { ...address, ...(await use<Access>('access').credentials.login('owner', 'queue')) };
      },
      outbox: slot<Outbox>('queue.Outbox'),
    };
    const queue = await openQueue(deps, options as QueueOptions);
    return { ...queue, isolationProbe: queueProbe(queue, deps) };
  },
  fills: {
    'privacy.SubjectStore': (queue: OpenedQueue) => queue.upkeep.subjects,
    'tenancy.TenantData': (queue: OpenedQueue) => queue.upkeep.tenantData,
    'tenancy.IsolationProbe': (queue: ProbedQueue) => queue.isolationProbe,
    'tenancy.TenantMeasures': (queue: OpenedQueue) => queue.upkeep.measures,
  },
  services: (queue: OpenedQueue) => queue.services,
};
