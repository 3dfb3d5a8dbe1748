import type { JobDefinition } from '../../src/data/queue/index.ts';
import { type OpenedQueue, openQueue } from '../../src/data/queue/queue.ts';
import { createEventBus, silentLog, systemClock } from '../../src/kernel/index.ts';
import { openScratch, type Scratch } from '../tenancy/scratch.ts';

export const slots = 24;
export const payload = { n: 1, to: 'somebody@example.org' };

export interface Drain extends AsyncDisposable {
  readonly scratch: Scratch;
  /** Writes jobs of `nothing` for so many tenants in five bands, as enqueueing leaves them. */
  fill(jobs: number, tenants: number): Promise<void>;
  /** Has a whole worker, with its leader and its loops, run all that waits; gives jobs per second from the first run to the last durable result. */
  drain(definition: JobDefinition<unknown>, jobs: number): Promise<number>;
}

/** A queue on a cluster of its own, filled and emptied. */
export async function openDrain(): Promise<Drain> {
  const scratch = await openScratch(['data/queue']);
  const url = new URL(await scratch.url('queue'));
  const endpoint = {
    host: decodeURIComponent(url.hostname),
    port: Number(url.port),
    database: url.pathname.slice(1),
    user: url.username,
    password: decodeURIComponent(url.password),
  };
  return {
    scratch,
    fill: (jobs, tenants) => fill(scratch, jobs, tenants),
    async drain(definition, jobs) {
      const deps = { ...scratch, clock: systemClock, log: silentLog, events: createEventBus(), endpoint: async () => endpoint };
      await using queue = await openQueue(deps, { slots, maxSlots: slots, drainMs: 1_000, handlerVersion: '' });
      return await drained(queue, definition, jobs);
    },
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}

async function drained(queue: OpenedQueue, definition: JobDefinition<unknown>, jobs: number): Promise<number> {
  const { handler = async () => {} } = definition;
  let startedMs = 0;
  queue.define({
    ...definition,
    handler: (job) => {
      startedMs ||= performance.now();
      return handler(job);
    },
  });
  const worker = queue.services.find(({ name }) => name === 'worker') as ReturnType<OpenedQueue['worker']>;
  for (const service of queue.services) await service.start();
  try {
    while (worker.counts().recorded < jobs) await systemClock.sleep(2);
    return (jobs * 1_000) / (performance.now() - startedMs);
  } finally {
    await Promise.all(queue.services.map((service) => service.stop()));
  }
}

async function fill({ connect }: Scratch, jobs: number, tenants: number): Promise<void> {
  await using session = await connect.session({ tier: 'queue', tag: 'bench.fill' });
  await session.query({ text: 'truncate queue.job_ready, queue.job_leases, queue.job_results, queue.job_logs, queue.jobs cascade' });
  await session.query({
    text: `insert into tenancy.tenants (id, slug, name, state)
      select uuidv7(), 'bench-' || n, 'tenant ' || n, 'active' from generate_series(1, ${tenants}) n on conflict do nothing`,
  });
  await session.query({
    text: `insert into queue.job_types (name, queue_id) select 'nothing', id from queue.job_queues where name = 'default' on conflict do nothing`,
  });
  await session.query({
    text: `with t as materialized (select array(select id from tenancy.tenants where slug like 'bench-%' order by id limit ${tenants}) as ids),
        g as materialized (select t.ids[1 + n % ${tenants}] as tenant_id, uuidv7() as id, (n / ${tenants} % 5)::smallint as band
                             from t, generate_series(1, ${jobs}) n),
        k as (select k.id as type_id, k.queue_id from queue.job_types k where k.name = 'nothing'),
        j as (insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due)
              select tenant_id, id, 'default', 'nothing', band, 20, '${JSON.stringify(payload)}', now() from g)
      insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
      select 0, k.queue_id, g.band, k.type_id, now(), g.tenant_id, g.id from g, k`,
  });
  for (const table of ['job_ready', 'jobs']) await session.query({ text: `vacuum analyze queue.${table}` });
}

/** Each contestant in turn, so many times; the median of what it gave. */
export async function medians<K extends string>(
  contestants: Readonly<Record<K, () => Promise<number>>>,
  rounds: number,
): Promise<Record<K, number>> {
  const names = Object.keys(contestants) as K[];
  const rates = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) rates.get(name)?.push(await contestants[name]());
  }
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return Object.fromEntries(names.map((name) => [name, median(rates.get(name) ?? [])])) as Record<K, number>;
}
