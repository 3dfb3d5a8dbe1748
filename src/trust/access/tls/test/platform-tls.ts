import { rm } from 'node:fs/promises';
import { stoppedServerFolder } from '../../../../../tests/support/index.ts';
import { type Cluster, clusterOptions, openCluster } from '../../../../foundation/cluster/index.ts';
import { type Clock, createEventBus, type KernelEvents, silentLog, systemClock, withDefaults } from '../../../../kernel/index.ts';
import { openTls } from '../index.ts';

/** A server of our own without durability, and its folder; both go when disposed of. */
export async function ownServer(): Promise<{ readonly cluster: Cluster; readonly dataDir: string } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await stoppedServerFolder('plinth-tls-');
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const deps = { clock: systemClock, log: silentLog, dataDir, isThrowaway: true };
  const cluster = stack.use(await openCluster(deps, withDefaults(clusterOptions, { engine: 'embedded', port: 0 })));
  const held = stack.move();
  return { cluster, dataDir, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The certificates of such a server, at the time of a clock; `told` collects what was to be audited. */
export function tlsOf(
  { cluster, dataDir }: { readonly cluster: Pick<Cluster, 'mode' | 'endpoint' | 'installCertificates'>; readonly dataDir: string },
  { clock = systemClock, tlsNames }: { readonly clock?: Clock; readonly tlsNames?: string } = {},
) {
  const events = createEventBus();
  const told: KernelEvents['audited'][] = [];
  events.on('audited', (event) => told.push(event));
  return Object.assign(openTls({ cluster, dataDir, clock, log: silentLog, events, networks: [] }, { tlsNames }), { told });
}

/** The system's clock, some days later. */
export const daysLater = (days: number): Clock => ({ ...systemClock, now: () => new Date(Date.now() + days * 86_400_000) });
