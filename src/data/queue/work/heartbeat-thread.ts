/**
 * A thread of its own keeps the leases of a worker, so that handlers which block the event loop, or a garbage collection, do not lose
 * them; and says that the worker is alive, and when its event loop is not.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Endpoint } from '../../../foundation/cluster/index.ts';
import { connectOptions, openSolo, type Session } from '../../../foundation/connect/index.ts';
import { withDefaults } from '../../../kernel/index.ts';
import type { FromThread, ThreadData, ToThread } from './heartbeat.ts';
import { renewLeases, sayAlive, sayGoodBye } from './sql/queries/queries.gen.ts';

const data = workerData as ThreadData;
const port = parentPort as NonNullable<typeof parentPort>;
const pulse = new Int32Array(data.pulse);
const leases = new Set<string>();
let endpoint: Endpoint = data.endpoint;
let types = data.types;
let session: Session | undefined;
let isDraining = false;
let beaten = -Infinity;
let longestLagMs = 0;
let toldLag = false;

const tell = (message: FromThread) => port.postMessage(message);
const lookMs = Math.min(250, data.leaseMs / 10);

async function connected(): Promise<Session> {
  if (session) return session;
  const solo = openSolo(endpoint, withDefaults(connectOptions));
  const opened = await solo.session({ tier: 'queue', tag: 'queue.heartbeat' });
  opened.onLost(() => {
    session = undefined;
  });
  session = opened;
  return opened;
}

/** The lease is a promise of the database: what does not come back here is not ours any more. */
async function renew(): Promise<void> {
  const asked = [...leases];
  const now = await connected();
  if (asked.length > 0) {
    const renewed = await renewLeases.all(now, { leases: asked, worker: data.workerId, lease_ms: data.leaseMs });
    const kept = new Set(renewed.map(({ id }) => id));
    const cancelled = renewed.flatMap((lease) => lease.cancelled ?? []);
    if (cancelled.length > 0) tell({ cancelled });
    const lost = asked.filter((id) => !kept.has(id) && leases.has(id));
    for (const id of lost) leases.delete(id);
    if (lost.length > 0) tell({ lost });
  }
  const lagMs = longestLagMs;
  longestLagMs = 0;
  await sayAlive.run(now, {
    id: data.workerId,
    pool: data.pool,
    host: data.host,
    pid: data.pid,
    version: data.version,
    types,
    slots: data.slots,
    busy: Atomics.load(pulse, 1),
    loop_lag_ms: lagMs,
    rss_bytes: process.memoryUsage.rss(),
    is_draining: isDraining,
  });
}

/** The main thread moves the hand of a clock; how far it is behind is how long nothing else could run there. */
function look(): void {
  const lagMs = ((Date.now() | 0) - Atomics.load(pulse, 0)) | 0;
  if (lagMs > longestLagMs) longestLagMs = lagMs;
  if (lagMs > data.longLagMs && !toldLag) {
    toldLag = true;
    beaten = -Infinity;
  } else if (lagMs <= data.longLagMs) {
    toldLag = false;
  }
}

let isBeating = false;
let isReady = false;
const timer = setInterval(() => {
  look();
  if (isBeating || performance.now() - beaten < data.leaseMs / 3) return;
  isBeating = true;
  beaten = performance.now();
  renew()
    .then(() => {
      if (!isReady) tell({ ready: true });
      isReady = true;
    })
    .catch((error: unknown) => {
      // Soon again: a third of the lease is left for two more tries.
      beaten = performance.now() - data.leaseMs / 3 + Math.min(1_000, data.leaseMs / 10);
      tell({ failed: error instanceof Error ? error.message : String(error) });
    })
    .finally(() => {
      isBeating = false;
    });
}, lookMs);

port.on('message', (message: ToThread) => {
  for (const id of message.hold ?? []) leases.add(id);
  for (const id of message.drop ?? []) leases.delete(id);
  if (message.types) types = message.types;
  if (message.endpoint) endpoint = message.endpoint;
  if (message.draining) {
    isDraining = true;
    beaten = -Infinity;
  }
  if (message.beat) beaten = -Infinity;
  if (message.stop) {
    clearInterval(timer);
    void (async () => {
      try {
        if (session) await sayGoodBye.run(session, { id: data.workerId });
        await session?.[Symbol.asyncDispose]();
      } catch {
        // It is removed as one that was not heard of.
      }
      port.close();
    })();
  }
});
