import type { Connect } from '../../foundation/connect/index.ts';
import { asAudited, type Clock, type EventBus, type Log, loop } from '../../kernel/index.ts';
import { certify } from './certify/certify.ts';
import { SealedContext } from './context.ts';
import { readCoverage } from './coverage.ts';
import { keyWatchIntervalMs, SealKeys } from './keys.ts';
import type { Tenancy } from './model/types.ts';
import type { TenancyOptions } from './options.ts';
import { openRegistry } from './registry.ts';
import { directReplicas } from './replicas.ts';
import { recordSecurityEvents } from './security-events.ts';

export interface TenancyDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  /** Absolute; holds the key that signs certificates. */
  readonly dataDir: string;
}

/** Opens tenancy on an up-to-date schema; makes the first key of the seal where there is none. */
export async function openTenancy(deps: TenancyDeps, options: TenancyOptions): Promise<Tenancy> {
  const { connect, clock, log, events, dataDir } = deps;
  const keys = await SealKeys.open(connect, clock);
  const context = new SealedContext({ connect, keys, clock, events }, options.sealSeconds);
  const recorder = recordSecurityEvents(connect, events, log);
  const { put, create, addUser, ...registry } = openRegistry(connect, directReplicas(connect));

  return {
    ...registry,
    sessionContext: context,
    keyWatch: loop(deps, { name: 'watch of the seal keys', intervalMs: keyWatchIntervalMs, run: (signal) => keys.refresh(signal) }),
    run: (subject, request, work) => context.within(subject, () => connect.transaction({ ...request, as: subject }, work)),
    create: (init) =>
      asAudited(
        events,
        { action: 'tenancy.create', target: { type: 'tenant', id: init.slug } },
        () => create(init),
        ({ id, state }) => ({ tenantId: id, details: { state } }),
      ),
    addUser: (init) =>
      asAudited(
        events,
        { action: 'tenancy.add-user', tenantId: init.tenantId, details: { role: init.role } },
        () => addUser(init),
        ({ userId }) => ({ target: { type: 'user', id: userId } }),
      ),
    coverage: () => readCoverage(connect),
    certify: (request = {}) =>
      asAudited(
        events,
        { action: 'tenancy.certify' },
        () => certify({ connect, clock, dataDir, putTenant: put }, request),
        ({ attempts }) => ({ details: { attempts: attempts.length, leaks: attempts.filter(({ verdict }) => verdict === 'leak').length } }),
      ),
    rotateKey: () => asAudited(events, { action: 'tenancy.rotate-key' }, () => keys.rotate()),
    [Symbol.asyncDispose]: () => recorder[Symbol.asyncDispose](),
  };
}
