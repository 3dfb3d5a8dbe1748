import { asOwner } from '../src/data/schedule/context.ts';
import { fireDue } from '../src/data/schedule/scheduler.ts';
import { silentLog, systemClock } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { openScratch } from './tenancy/scratch.ts';

const schedules = 10_000;

const bench: Bench = {
  name: 'schedule-fire',
  claim: '10,000 schedules due in one second are all enqueued, each once, in at most 3 s',
  async run() {
    await using scratch = await openScratch(['data/queue', 'data/schedule']);
    await using session = await scratch.connect.session({ tier: 'queue', tag: 'bench.prepare' });
    for (const text of [
      `insert into queue.job_types (name, queue_id) select 'bench.tick', id from queue.job_queues where name = 'default'`,
      `insert into schedule.scheduled_jobs (name, cron, zone, job_type, next_run)
       select 's-' || i, '0 ' || i % 60 || ' * * * *', case i % 3 when 0 then 'UTC' when 1 then 'Europe/Berlin' else 'America/New_York' end, 'bench.tick',
         date_trunc('second', now())
       from generate_series(1, ${schedules}) i`,
      'analyze schedule.scheduled_jobs',
    ])
      await session.query({ text });
    const run = asOwner(scratch.connect);
    const started = systemClock.monotonicMs();
    await fireDue(run, { log: silentLog, missed() {} });
    const tookMs = systemClock.monotonicMs() - started;
    const { rows } = await run('count', (tx) =>
      tx.query({
        text: `select (select count(*)::int4 from queue.jobs) as jobs, (select count(distinct scheduled_job_id)::int4 from schedule.schedule_runs) as runs`,
      }),
    );
    const { jobs, runs } = rows[0];
    if (jobs !== schedules || runs !== schedules) throw new Error(`${jobs} jobs and ${runs} runs of ${schedules} schedules`);
    return {
      columns: ['schedules', 'ms', 'schedules a second'],
      rows: [[schedules, Math.round(tookMs), Math.round((schedules * 1000) / tookMs)]],
      ratios: { '3 s / it': 3_000 / tookMs },
    };
  },
};
export default bench;
