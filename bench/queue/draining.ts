import type { Job, JobDefinition } from '../../src/data/queue/index.ts';
import { type OpenedQueue, openQueue } from '../../src/data/queue/queue.ts';
import { createEventBus, silentLog, systemClock } from '../../src/kernel/index.ts';
import { openScratch, type Scratch } from '../tenancy/scratch.ts';

export const slots = 24;
export const payload = { n: 1, to: 'somebody@example.org' };

export interface Drain extends AsyncDisposable {
  readonly scratch: Scratch;
  /** Ids of so many tenants, made when there are none. */
  tenants(count: number): Promise<readonly string[]>;
  /** Writes jobs of `nothing` for so many tenants in five bands, as enqueueing leaves them, with what their end has to settle; what was there before is gone. */
  fill(jobs: number, tenants: number, follow?: unknown): Promise<void>;
  /** A queue that runs nothing, in a process that knows these jobs. */
  enqueuer(definitions: readonly JobDefinition<unknown>[]): Promise<OpenedQueue>;
  /** A queue with its worker, its leader and its loops at work. */
  serve(definition: JobDefinition<unknown>): Promise<Serving>;
  /** Has it run so many of the jobs that wait; gives jobs per second from the first run to the last durable result. */
  drain(definition: JobDefinition<unknown>, jobs: number): Promise<number>;
}

export interface Serving extends AsyncDisposable {
  readonly queue: OpenedQueue;
  /** Runs whose end is durable. */
  recorded(): number;
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
  const open = async (definitions: readonly JobDefinition<unknown>[]) => {
    const deps = { ...scratch, clock: systemClock, log: silentLog, events: createEventBus(), endpoint: async () => endpoint };
    const queue = await openQueue(deps, { slots, maxSlots: slots, drainMs: 1_000, handlerVersion: '' });
    for (const definition of definitions) queue.define(definition);
    await queue.definitions.sync();
    return queue;
  };
  const serve = async (definition: JobDefinition<unknown>): Promise<Serving> => {
    const queue = await open([definition]);
    const worker = queue.services.find(({ name }) => name === 'worker') as ReturnType<OpenedQueue['worker']>;
    for (const service of queue.services) await service.start();
    return {
      queue,
      recorded: () => worker.counts().recorded,
      async [Symbol.asyncDispose]() {
        await Promise.all(queue.services.map((service) => service.stop()));
        await queue[Symbol.asyncDispose]();
      },
    };
  };
  return {
    scratch,
    tenants: (count) => tenantsOf(scratch, count),
    fill: (...of) => fill(scratch, ...of),
    enqueuer: open,
    serve,
    async drain(definition, jobs) {
      const handler = (definition.handler ?? (async () => {})) as (job: Job<unknown>) => unknown;
      let startedMs = 0;
      const timed = (job: Job<unknown>) => {
        startedMs ||= performance.now();
        return handler(job);
      };
      await using serving = await serve({ ...definition, handler: timed });
      while (serving.recorded() < jobs) await systemClock.sleep(2);
      return (serving.recorded() * 1_000) / (performance.now() - startedMs);
    },
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}

async function tenantsOf({ connect }: Scratch, count: number): Promise<readonly string[]> {
  await using session = await connect.session({ tier: 'queue', tag: 'bench.tenants' });
  await session.query({
    text: `insert into tenancy.tenants (id, slug, name, state)
      select uuidv7(), 'bench-' || n, 'tenant ' || n, 'active' from generate_series(1, ${count}) n on conflict do nothing`,
  });
  const { rows } = await session.query({ text: `select id from tenancy.tenants where slug like 'bench-%' order by id limit ${count}` });
  return rows.map(({ id }) => id);
}

async function fill(scratch: Scratch, jobs: number, tenants: number, follow?: unknown): Promise<void> {
  const json = follow === undefined ? 'null' : `'${JSON.stringify(follow)}'`;
  await tenantsOf(scratch, tenants);
  const { connect } = scratch;
  await using session = await connect.session({ tier: 'queue', tag: 'bench.fill' });
  await session.query({ text: 'truncate queue.job_ready, queue.job_leases, queue.job_results, queue.job_logs, queue.jobs cascade' });
  await session.query({
    text: `insert into queue.job_types (name, queue_id) select 'nothing', id from queue.job_queues where name = 'default' on conflict do nothing`,
  });
  await session.query({
    text: `with t as materialized (select array(select id from tenancy.tenants where slug like 'bench-%' order by id limit ${tenants}) as ids),
        g as materialized (select t.ids[1 + n % ${tenants}] as tenant_id, uuidv7() as id, (n / ${tenants} % 5)::smallint as band
                             from t, generate_series(1, ${jobs}) n),
        k as (select k.id as type_id, k.queue_id from queue.job_types k where k.name = 'nothing'),
        j as (insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, follow, due)
              select tenant_id, id, 'default', 'nothing', band, 20, '${JSON.stringify(payload)}', ${json}, now() from g)
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
