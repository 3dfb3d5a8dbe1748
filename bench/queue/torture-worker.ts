import { openSync, writeSync } from 'node:fs';
import { openQueue } from '../../src/data/queue/queue.ts';
import type { Endpoint } from '../../src/foundation/cluster/index.ts';
import { openConnect } from '../../src/foundation/connect/connect.ts';
import { connectOptions, type SessionContext } from '../../src/foundation/connect/index.ts';
import { createEventBus, silentLog, systemClock, type Tier, withDefaults } from '../../src/kernel/index.ts';
import { openAccess } from '../../src/trust/access/index.ts';
import { openTenancy, tenancyOptions } from '../../src/trust/tenancy/index.ts';

/** What a worker is started with, as JSON in its first argument. */
export interface Told {
  readonly dataDir: string;
  readonly endpoints: Readonly<Record<Tier, Endpoint>>;
  /** Each run is a line in it: what it is of, and whether it began or ended. */
  readonly log: string;
}

const told = JSON.parse(process.argv[2] ?? '') as Told;
const endpoint = (tier: Tier) => told.endpoints[tier];
const base = { clock: systemClock, log: silentLog, events: createEventBus(), dataDir: told.dataDir };
const access = await openAccess({ ...base, endpoint }, {});
let context: SessionContext | undefined;
const connect = await openConnect(
  { ...base, endpoint, credentials: () => access.credentials, sessionContext: () => context },
  withDefaults(connectOptions),
);
const tenancy = await openTenancy({ ...base, connect }, withDefaults(tenancyOptions));
context = tenancy.sessionContext;
const owner = async () => ({ ...endpoint('queue'), ...(await access.credentials.login('owner', 'queue')) });
const queue = await openQueue(
  { ...base, connect, tenancy, endpoint: owner },
  { slots: 20, maxSlots: 20, drainMs: 1_000, handlerVersion: '' },
);
const log = openSync(told.log, 'a');
const say = (job: { readonly id: string; readonly payload: unknown }, what: string) =>
  writeSync(log, `${what} ${job.id} ${JSON.stringify(job.payload)}\n`);

queue.define({
  name: 'plain',
  queue: 'default',
  handler: async (job) => void say(job, 'ended'),
});
queue.define<{ readonly key: number; readonly n: number }>({
  name: 'ordered',
  queue: 'default',
  limits: ({ key }) => [{ name: 'line', key: String(key), most: 1, isStrict: true }],
  handler: async (job) => {
    say(job, 'began');
    await systemClock.sleep(1);
    say(job, 'ended');
  },
});
await queue.definitions.sync();
for (const service of queue.services) await service.start();
process.send?.('ready');
