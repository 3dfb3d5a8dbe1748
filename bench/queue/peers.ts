import { Logger, makeWorkerUtils, type Runner, run, type TaskList } from 'graphile-worker';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { payload, slots } from './draining.ts';

const perSecond = (jobs: number, startedMs: number) => (jobs * 1_000) / (performance.now() - startedMs);

/** graphile-worker with the settings that its own documentation names for throughput. Its worker is at work from `run` on. */
export async function openGraphile(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 10 });
  // It warns of a pool where nobody listens to these.
  for (const event of ['error', 'connect'] as const) pool.on(event, () => {});
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await utils.migrate();
  let runner: Runner | undefined;
  return {
    pool,
    utils,
    async run(taskList: TaskList): Promise<void> {
      runner = await run({
        ...{ pgPool: pool, logger, concurrency: slots, noHandleSignals: true, taskList },
        // Without its local queue it cannot keep up with a thousand a second.
        preset: { worker: { localQueue: { size: 2_000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      });
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await runner?.stop();
      await utils.release();
      await pool.end();
    },
  };
}

/** It keeps nothing of what it has done. */
export async function drainGraphile(connectionString: string, jobs: number): Promise<number> {
  await using graphile = await openGraphile(connectionString);
  await graphile.pool.query(
    `select graphile_worker.add_jobs(array(select json_populate_record(null::graphile_worker.job_spec, $1)
       from generate_series(1, ${jobs})))`,
    [JSON.stringify({ identifier: 'nothing', payload })],
  );
  await graphile.pool.query('vacuum analyze');
  const { promise, resolve } = Promise.withResolvers<void>();
  let startedMs = 0;
  let done = 0;
  await graphile.run({
    nothing: async () => {
      startedMs ||= performance.now();
      if (++done === jobs) resolve();
    },
  });
  await promise;
  return perSecond(jobs, startedMs);
}

/** Fetch and complete in its largest batches: its own loop pauses for half a second between them. */
export async function drainBoss(connectionString: string, jobs: number): Promise<number> {
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false, max: 10 });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('nothing');
  for (let at = 0; at < jobs; at += 10_000) {
    await boss.insert(Array(Math.min(10_000, jobs - at)).fill({ name: 'nothing', data: payload }));
  }
  let done = 0;
  const startedMs = performance.now();
  while (done < jobs) {
    const batch = await boss.fetch('nothing', { batchSize: 1_000 });
    done += batch.length;
    const ids = batch.map((job) => job.id);
    await boss.complete('nothing', ids);
  }
  const rate = perSecond(jobs, startedMs);
  await boss.stop({ graceful: false, close: true, wait: true });
  return rate;
}

const bareTables = (jobs: number) => [
  'drop table if exists bare_jobs, bare_ready, bare_results',
  'create table bare_jobs (id uuid primary key, payload jsonb not null)',
  'create table bare_ready (id uuid primary key)',
  'create table bare_results (job_id uuid primary key, status text not null, completed timestamptz not null default now())',
  `insert into bare_jobs select uuidv7(), '${JSON.stringify(payload)}' from generate_series(1, ${jobs})`,
  'insert into bare_ready select id from bare_jobs',
];

/** What an engine cannot do without: take rows, and keep what became of them. No order, no tenants, no leases. */
export async function drainBare(connectionString: string, jobs: number): Promise<number> {
  const [claims, results] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
  await Promise.all([claims.connect(), results.connect()]);
  for (const text of bareTables(jobs)) await claims.query(text);
  await claims.query('vacuum analyze bare_jobs, bare_ready');
  let writing: Promise<unknown> = Promise.resolve();
  const startedMs = performance.now();
  for (;;) {
    const { rows } = await claims.query({
      name: 'claim',
      text: `with picked as materialized (select id from bare_ready order by id limit 250 for update skip locked),
          gone as (delete from bare_ready r using picked p where r.id = p.id)
        select j.id, j.payload from picked p join bare_jobs j on j.id = p.id`,
    });
    await writing;
    if (rows.length === 0) break;
    const ids = rows.map(({ id }) => id);
    writing = results.query({ name: 'finish', text: `insert into bare_results select unnest($1::uuid[]), 'completed'`, values: [ids] });
  }
  const rate = perSecond(jobs, startedMs);
  await Promise.all([claims.end(), results.end()]);
  return rate;
}
