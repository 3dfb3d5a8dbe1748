import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { isTier } from '../../../kernel/index.ts';
import { type AsOwner, asOwner } from '../context.ts';
import { coverOf, isUtc } from '../model/cron-pattern.ts';
import { type CronServer, type Placement, placementOf } from '../model/placement.ts';
import type { MirrorEntry, MirrorReport } from '../model/types.ts';
import {
  collect,
  cronFacts,
  fillOccurrences,
  forgetOccurrences,
  handToCron,
  listCronJobs,
  listSqlSchedules,
  lockMirror,
  putCronJob,
  removeCronJob,
  setNextRun,
  takeFromCron,
} from '../sql/queries/queries.gen.ts';
import { isQuiet, needsMore, nextOf, upcoming } from './times.ts';

type Row = Awaited<ReturnType<typeof listSqlSchedules.all>>[number];
type CronJob = Awaited<ReturnType<typeof listCronJobs.all>>[number];

const prefix = 'plinth:';
const tickJob = { name: 'plinth tick', pattern: '11 * * * *', command: 'call schedule.tick()' };

/**
 * Keeps what pg_cron has to do in step with the schedules. Each change is one transaction with what the schedule says of who fires it, so
 * at no time do both; and whoever comes second to an occurrence finds it taken.
 */
export function openMirror({ connect }: { readonly connect: Connect }) {
  const run: AsOwner = asOwner(connect);

  async function serverOf(tx: Transaction): Promise<CronServer> {
    const facts = (await cronFacts.one(tx, {})).facts as { reason: string } | { login: string; database: string; zone: string | null };
    return 'reason' in facts ? facts : { ...facts, zone: facts.zone ?? undefined };
  }
  const placeOf = (row: Row, server: CronServer): Placement =>
    placementOf(
      {
        ...{ cron: row.cron, zone: row.zone, sql: row.sql, overlap: row.overlap, jitterMs: row.jitter_ms, runner: row.runner },
        isApart: !isTier(row.tier) || connect.databaseKey(row.tier) !== connect.databaseKey('queue'),
      },
      server,
    );

  async function read(tx: Transaction) {
    const server = await serverOf(tx);
    const jobs = server.reason === undefined ? await listCronJobs.all(tx, {}) : [];
    return { server, jobs, rows: await listSqlSchedules.all(tx, {}) };
  }

  /** Inside of a transaction that has changed schedules, begun with `hold`. */
  async function step(tx: Transaction): Promise<readonly string[]> {
    const { server, jobs, rows } = await read(tx);
    const changed: string[] = [];
    let given = 0;
    for (const row of rows) {
      const place = placeOf(row, server);
      const isResting = !row.is_enabled || row.is_gone;
      const found = jobs.filter((job) => job.name === prefix + row.name);
      if (place.by === 'plinth' || isResting) {
        if (row.cron_job_id === null && found.length === 0) continue;
        if (row.is_bare && !isResting && server.reason === undefined && !isQuiet(row)) continue;
        await removeCronJob.one(tx, { name: prefix + row.name });
        await takeFromCron.run(tx, { id: row.id, next_run: nextOf(row) });
        changed.push(row.name);
        continue;
      }
      given++;
      if (place.isBare && row.cron_job_id === null && !isQuiet(row)) continue;
      if (await give(tx, row, place, found, server)) changed.push(row.name);
    }
    if (server.reason === undefined) {
      const names = new Set(rows.map(({ name }) => prefix + name));
      for (const { name } of jobs) {
        if (name?.startsWith(prefix) && !names.has(name)) await removeCronJob.one(tx, { name });
      }
      await keepTick(tx, given > 0, jobs, server);
    }
    return changed;
  }

  async function give(tx: Transaction, row: Row, place: Placement & { by: 'pg_cron' }, found: readonly CronJob[], server: CronServer) {
    let pattern = place.pattern ?? row.cron_pattern;
    // Where the clock of pg_cron is not known to stand still against ours, it looks each minute.
    const isCovered = server.reason === undefined && server.zone !== undefined && isUtc(server.zone);
    if (!place.isBare && (row.cron_pattern === null || needsMore(row))) {
      const { times, filled } = upcoming(row);
      if (row.filled === null) await forgetOccurrences.run(tx, { id: row.id });
      await fillOccurrences.run(tx, { id: row.id, planned: times, filled });
      pattern = place.pattern ?? (isCovered && times.length > 0 ? coverOf(times) : '* * * * *');
    }
    if (row.next_run === null) await setNextRun.run(tx, { id: row.id, next_run: nextOf(row) });
    const wanted = { pattern: pattern ?? '* * * * *', command: commandOf(row, place.isBare) };
    const [job] = found;
    if (found.length === 1 && job && row.cron_job_id === job.job_id && row.is_bare === place.isBare && !differenceOf(job, wanted, server)) {
      if (row.cron_pattern === wanted.pattern && row.is_cron_exact === (place.pattern !== undefined)) return false;
    }
    const { job_id } = await putCronJob.one(tx, { name: prefix + row.name, ...wanted });
    await handToCron.run(tx, { id: row.id, job_id, pattern: wanted.pattern, is_exact: place.pattern !== undefined, is_bare: place.isBare });
    return true;
  }

  return {
    /** Holds what pg_cron has to do for this transaction; before the first change of a schedule, so that two of them do not wait for each other. */
    hold: (tx: Transaction) => lockMirror.one(tx, {}),
    step,

    /** Brings all in step, and notes what pg_cron has run by itself. Gives the names of schedules that changed hands or were mended. */
    keep: (): Promise<readonly string[]> =>
      run('mirror', async (tx) => {
        await lockMirror.one(tx, {});
        await collect.one(tx, {});
        return step(tx);
      }),

    report: (): Promise<MirrorReport> =>
      run('mirror', async (tx) => {
        const { server, jobs, rows } = await read(tx);
        const entries = rows.map((row): MirrorEntry => {
          const place = placeOf(row, server);
          const isResting = !row.is_enabled || row.is_gone;
          const job = jobs.find((one) => one.name === prefix + row.name);
          const isWanted = place.by === 'pg_cron' && !isResting;
          const because = isResting ? 'it rests' : place.by === 'plinth' ? place.because : undefined;
          const wanted = { pattern: row.cron_pattern ?? '', command: commandOf(row, place.by === 'pg_cron' && place.isBare) };
          const isStale = isWanted && place.pattern !== undefined && place.pattern !== row.cron_pattern;
          const difference = isWanted
            ? row.cron_job_id === null
              ? 'it is to be given to pg_cron'
              : job === undefined
                ? 'its job is gone'
                : isStale || (!place.isBare && row.filled === null)
                  ? 'its times have changed'
                  : differenceOf(job, wanted, server)
            : row.cron_job_id !== null || job
              ? 'it is to be taken from pg_cron'
              : undefined;
          return {
            name: row.name,
            runner: row.runner,
            firedBy: row.cron_job_id === null ? 'plinth' : 'pg_cron',
            ...(because !== undefined && { because }),
            ...(job && { jobId: job.job_id, timetable: job.timetable, command: job.command }),
            ...(job?.status && { lastStatus: job.status }),
            ...(difference !== undefined && { difference }),
          };
        });
        const ours = (name: string | null) => name === tickJob.name || name?.startsWith(prefix) === true;
        const others = jobs.filter(({ name }) => !ours(name));
        return {
          ...(server.reason === undefined ? { zone: server.zone } : { reason: server.reason }),
          schedules: entries,
          others: others.map((job) => ({
            ...{ jobId: job.job_id, timetable: job.timetable, database: job.database, login: job.login, isActive: job.is_active },
            ...(job.name !== null && { name: job.name }),
          })),
        };
      }),
  };
}

const commandOf = (row: Row, isBare: boolean) => (isBare ? row.sql.trim().replace(/;\s*$/, '') : `call schedule.fire('${row.name}')`);

function differenceOf(job: CronJob, wanted: { pattern: string; command: string }, server: CronServer): string | undefined {
  if (job.timetable !== wanted.pattern) return `its job has the times ${job.timetable}`;
  if (job.command !== wanted.command) return 'its job has another command';
  if (!job.is_active) return 'its job is not active';
  if (server.reason === undefined && job.login !== server.login) return `its job is run as ${job.login}`;
  if (server.reason === undefined && job.database !== server.database) return `its job is for the database ${job.database}`;
  return undefined;
}

/** The job that looks after history while no process of ours does. */
async function keepTick(tx: Transaction, isNeeded: boolean, jobs: readonly CronJob[], server: CronServer): Promise<void> {
  const found = jobs.filter(({ name }) => name === tickJob.name);
  const [job] = found;
  if (!isNeeded && job) await removeCronJob.one(tx, { name: tickJob.name });
  if (isNeeded && (found.length !== 1 || !job || differenceOf(job, tickJob, server))) await putCronJob.one(tx, tickJob);
}
