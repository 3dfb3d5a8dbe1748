import { randomUUID } from 'node:crypto';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import { createEventBus, type Log, silentLog, systemClock } from '../../../kernel/index.ts';
import type { Queue } from '../../queue/index.ts';
import { asOwner, type ScheduleDeps } from '../context.ts';
import type { Schedule, ScheduleSpec } from '../index.ts';
import { fireDue } from '../scheduler.ts';
import type { Missed } from '../services/alerts.ts';

export interface Line {
  readonly level: string;
  readonly message: string;
}

/** A platform whose schedules fire when the test says so. */
export async function scheduleFixture(given?: TestPlatform) {
  const platform: TestPlatform = given ?? (await testPlatform());
  const schedule = platform.use<Schedule>('schedule');
  const connect = platform.use<Connect>('connect');
  const queue = platform.use<Queue>('queue');
  const { client } = platform.databases.queue;
  const lines: Line[] = [];
  const missed: Missed[] = [];
  const note = (level: string) => (message: string) => void lines.push({ level, message });
  const log: Log = { ...silentLog, info: note('info'), warn: note('warn'), error: note('error') };
  const run = asOwner(connect);
  queue.define({ name: 'test.tick', queue: 'default' });
  const deps: ScheduleDeps = { connect, queue, clock: systemClock, log, events: createEventBus(), declared: [] };

  return {
    platform,
    schedule,
    connect,
    queue,
    client,
    lines,
    missed,
    deps,
    run,
    /** A schedule of a name of its own, that enqueues jobs nobody runs. */
    make: (spec: Partial<ScheduleSpec> = {}) =>
      schedule.every({ name: `s-${randomUUID()}`, cron: '@every 1h', ...(spec.sql === undefined && { job: 'test.tick' }), ...spec }),
    /** As if the clock had stood there when it was last looked at: the first due time is moved. */
    dueSince: (id: string, at: Date) => client.query('update schedule.scheduled_jobs set next_run = $2 where id = $1', [id, at]),
    fire: () => fireDue(run, { log, missed: (late) => missed.push(...late) }),
    /** Fires one occurrence of the past alone; the next is due at `next`. */
    async fireAt(id: string, planned: Date, next: Date) {
      await client.query('update schedule.scheduled_jobs set next_run = $2 where id = $1', [id, planned]);
      await client.query('select schedule.fire_due($1)', [JSON.stringify([{ id, was: planned, runs: [planned], next, missed: 0 }])]);
    },
    /** As a worker would. */
    async end(jobId: string, status = 'completed') {
      await client.query(
        `insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id)
         select j.tenant_id, j.id, 1, $2, 1, now(), now(), uuidv7() from queue.jobs j where j.id = $1`,
        [jobId, status],
      );
    },
    async jobsOf(name: string): Promise<readonly { id: string; tenant_id: string; due: Date; payload: unknown }[]> {
      const { rows } = await client.query(
        `select j.id, j.tenant_id, j.due, j.payload from schedule.schedule_runs r join schedule.scheduled_jobs s on s.id = r.scheduled_job_id
         join queue.jobs j on j.id = r.job_id where s.name = $1 order by r.planned, j.tenant_id`,
        [name],
      );
      return rows;
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}
