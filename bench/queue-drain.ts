import { Logger, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import PgBoss from 'pg-boss';
import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';
import { medians, openDrain, payload, slots } from './queue/draining.ts';

const jobs = benchRows(100_000);
const tenants = 1_000;
const rounds = 3;
const json = JSON.stringify(payload);

const bench: Bench = {
  name: 'queue-drain',
  claim:
    '100k jobs that do nothing, of 1,000 tenants in 5 bands, by a whole worker with durable results: at least 1.1 of graphile-worker, ' +
    '1.8 of pg-boss, 0.55 of claim and result in bare SQL',
  async run() {
    await using drain = await openDrain();
    const url = await drain.scratch.url('queue');
    const contestants = {
      plinth: async () => {
        await drain.fill(jobs, tenants);
        return await drain.drain({ name: 'nothing', queue: 'default', handler: async () => {} }, jobs);
      },
      'graphile-worker': () => drainGraphile(url),
      'pg-boss': () => drainBoss(url),
      'bare SQL': () => drainBare(url),
    };
    const rates = await medians(contestants, rounds);
    const { plinth } = rates;
    return {
      columns: ['who', 'jobs per second'],
      rows: Object.entries(rates).map(([who, rate]) => [who, Math.round(rate)]),
      ratios: {
        'plinth / graphile-worker': plinth / rates['graphile-worker'],
        'plinth / pg-boss': plinth / rates['pg-boss'],
        'plinth / bare SQL': plinth / rates['bare SQL'],
      },
    };
  },
};
export default bench;

const perSecond = (startedMs: number) => (jobs * 1_000) / (performance.now() - startedMs);

/** With the settings its own documentation names for throughput. It keeps nothing of what it has done. */
async function drainGraphile(connectionString: string): Promise<number> {
  const pool = new pg.Pool({ connectionString, max: 10 });
  pool.on('error', () => {});
  const logger = new Logger(() => () => {});
  await runMigrations({ pgPool: pool, logger });
  await pool.query(
    `select graphile_worker.add_jobs(array(select json_populate_record(null::graphile_worker.job_spec, $1)
       from generate_series(1, ${jobs})))`,
    [JSON.stringify({ identifier: 'nothing', payload })],
  );
  await pool.query('vacuum analyze');
  const { promise, resolve } = Promise.withResolvers<void>();
  let startedMs = 0;
  let done = 0;
  const runner = await run({
    pgPool: pool,
    logger,
    concurrency: slots,
    noHandleSignals: true,
    preset: { worker: { localQueue: { size: 2_000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    taskList: {
      nothing: async () => {
        startedMs ||= performance.now();
        if (++done === jobs) resolve();
      },
    },
  });
  await promise;
  const rate = perSecond(startedMs);
  await runner.stop();
  await pool.end();
  return rate;
}

/** Fetch and complete in its largest batches: its own loop pauses for half a second between them. */
async function drainBoss(connectionString: string): Promise<number> {
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
  const rate = perSecond(startedMs);
  await boss.stop({ graceful: false, close: true, wait: true });
  return rate;
}

const bareTables = [
  'drop table if exists bare_jobs, bare_ready, bare_results',
  'create table bare_jobs (id uuid primary key, payload jsonb not null)',
  'create table bare_ready (id uuid primary key)',
  'create table bare_results (job_id uuid primary key, status text not null, completed timestamptz not null default now())',
  `insert into bare_jobs select uuidv7(), '${json}' from generate_series(1, ${jobs})`,
  'insert into bare_ready select id from bare_jobs',
];

/** What an engine cannot do without: take rows, and keep what became of them. No order, no tenants, no leases. */
async function drainBare(connectionString: string): Promise<number> {
  const [claims, results] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
  await Promise.all([claims.connect(), results.connect()]);
  for (const text of bareTables) await claims.query(text);
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
  const rate = perSecond(startedMs);
  await Promise.all([claims.end(), results.end()]);
  return rate;
}
