import { openSync, writeSync } from 'node:fs';
import { type OpenedQueue, openQueue } from '../../src/data/queue/queue.ts';
import type { Endpoint } from '../../src/foundation/cluster/index.ts';
import { openConnect } from '../../src/foundation/connect/connect.ts';
import { connectOptions, type SessionContext } from '../../src/foundation/connect/index.ts';
import { createEventBus, silentLog, systemClock, type Tier, withDefaults } from '../../src/kernel/index.ts';
import { openAccess } from '../../src/trust/access/index.ts';
import { openTenancy, tenancyOptions } from '../../src/trust/tenancy/index.ts';

/** What a process of the torture is started with, as JSON in its first argument. */
export interface Told {
  readonly dataDir: string;
  readonly endpoints: Readonly<Record<Tier, Endpoint>>;
  /** Where it writes what it has seen, a line for each thing: the bench believes nobody else. */
  readonly log: string;
}
/** A producer's. */
export interface ToldProducer extends Told {
  /** In the keys of its strict jobs, which no other process has. */
  readonly name: string;
  readonly tenants: readonly string[];
  readonly perSecond: number;
}

/** A strict job says where it stands in its key. */
export interface Payload {
  readonly key?: string;
  readonly n: number;
}

/** A queue on a server that others keep, in a process that may be killed at any moment. */
export async function openTold({ dataDir, endpoints }: Told): Promise<OpenedQueue> {
  const endpoint = (tier: Tier) => endpoints[tier];
  const base = { clock: systemClock, log: silentLog, events: createEventBus(), dataDir };
  const access = await openAccess({ ...base, endpoint }, {});
  let context: SessionContext | undefined;
  const connect = await openConnect(
    { ...base, endpoint, credentials: () => access.credentials, sessionContext: () => context },
    withDefaults(connectOptions),
  );
  const tenancy = await openTenancy({ ...base, connect }, withDefaults(tenancyOptions));
  context = tenancy.sessionContext;
  const owner = async () => ({ ...endpoint('queue'), ...(await access.credentials.login('owner', 'queue')) });
  return openQueue({ ...base, connect, tenancy, endpoint: owner }, { slots: 20, maxSlots: 20, drainMs: 1_000, handlerVersion: '' });
}

export const strictLine = ({ key = '' }: Payload) => [{ name: 'line', key, most: 1, isStrict: true }];

/** Appends lines; each is with the kernel when this returns, whoever is killed then. */
export function appendTo(file: string): (lines: readonly string[]) => void {
  const log = openSync(file, 'a');
  return (lines) => void writeSync(log, lines.map((line) => `${line}\n`).join(''));
}

/** Tries again until the server is there: it may be down when this process begins. */
export async function untilUp<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await systemClock.sleep(200);
    }
  }
}
