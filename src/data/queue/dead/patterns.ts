import type { Transaction } from '../../../foundation/connect/index.ts';
import type { EventBus } from '../../../kernel/index.ts';
import type { Finding } from '../model/findings.ts';
import type { LedLoop } from '../upkeep/index.ts';
import { findingsOf } from './model/findings.ts';
import { kindOf } from './model/signature.ts';
import { buryUnhandled, countFailures, moveMark, noteHandlers, pauseTypes, putPatterns } from './sql/queries/queries.gen.ts';

const minuteMs = 60_000;
const longestUnhandledMs = 24 * 60 * minuteMs;
const most = 1_000;

interface Told {
  readonly signature: string;
  readonly type: string;
  readonly queue: string;
  readonly kind: string;
  readonly jobs: number;
  readonly tenants: number;
  readonly topShare: number;
  readonly firstJobId: string;
  readonly lastJobId: string;
  readonly findings: readonly Finding[];
  /** Its type was paused for it. */
  readonly isPaused: boolean;
}

/** Counts failed runs since the last count into their patterns, each once, and gives what stands out about them for the first time in this hour. */
export async function countPatterns(tx: Transaction): Promise<readonly Told[]> {
  const rows = await countFailures.all(tx, {});
  await moveMark.run(tx, {});
  const ofQueue = new Map<string, number>();
  for (const { queue_name, jobs } of rows) ofQueue.set(queue_name, (ofQueue.get(queue_name) ?? 0) + jobs);
  const judged = rows.map((row) => {
    const found = findingsOf({
      jobs: row.jobs,
      tenants: row.tenants,
      topShare: row.top_share,
      versions: row.versions,
      dayJobs: row.day_jobs,
      knownMinutes: row.known_minutes ?? undefined,
      queueJobs: ofQueue.get(row.queue_name) ?? row.jobs,
      knownVersions: row.known_versions,
      minutes: row.minutes,
    });
    return { row, kind: kindOf(row.error), found };
  });
  if (judged.length > 0) {
    const patterns = judged.map(({ row, kind, found }) => ({
      signature: row.signature,
      job_type: row.job_type,
      queue_name: row.queue_name,
      kind,
      count: row.jobs,
      tenants: row.tenants,
      top_share: row.top_share,
      versions: row.versions,
      first_job_id: row.first_job_id,
      last_job_id: row.last_job_id,
      findings: found,
    }));
    await putPatterns.run(tx, { patterns: JSON.stringify(patterns) });
  }
  const told = judged.flatMap(({ row, kind, found }) => {
    const findings = found.filter((one) => !row.findings.includes(one));
    if (findings.length === 0) return [];
    return {
      signature: row.signature,
      type: row.job_type,
      queue: row.queue_name,
      kind,
      jobs: row.jobs,
      tenants: row.tenants,
      topShare: row.top_share,
      firstJobId: row.first_job_id,
      lastJobId: row.last_job_id,
      findings,
    };
  });
  const found = told.map(({ type, signature, findings }) => ({ job_type: type, signature, findings }));
  const paused = found.length === 0 ? [] : await pauseTypes.all(tx, { found: JSON.stringify(found) });
  return told.map((one) => ({ ...one, isPaused: paused.some(({ job_type }) => job_type === one.type) }));
}

const words: Readonly<Record<Finding, (found: Pick<Told, 'queue' | 'topShare'>) => string>> = {
  new: () => 'has not failed so in 30 days',
  surge: () => 'fails more than three times as often as in the last day',
  dominant: ({ queue }) => `is more than half of the failures of ${queue}`,
  one_tenant: ({ topShare }) => `${Math.round(topShare * 100)} % of it is one tenant's`,
  version: () => 'began with a version of the handlers',
};

/** Each minute, by the leader of the queue: patterns of failures, with an alert for what stands out. */
export const patternsLoop = (events: EventBus): LedLoop => ({
  name: 'queue.patterns',
  intervalMs: minuteMs,
  async run(lead) {
    for (const told of await lead.transaction('queue.patterns', (tx) => countPatterns(tx))) {
      events.emit('notified', {
        title: told.isPaused ? `${told.type} was paused: ${told.kind}` : `${told.type} fails: ${told.kind}`,
        message:
          `${told.findings.map((finding) => words[finding](told)).join('; ')}. ${told.jobs} runs of ${told.tenants} tenants in the last minute, ` +
          `first job ${told.firstJobId}, last job ${told.lastJobId}. "plinth queue patterns" has more.` +
          (told.isPaused ? ` Nothing of it is run until "plinth queue resume ${told.type} --of type".` : ''),
        severity: told.isPaused ? 'critical' : 'warning',
        category: 'queue',
        data: { ...told },
      });
    }
    return undefined;
  },
});

/** Each minute, by the leader: job types that nobody has a handler of. After 24 hours with workers their waiting jobs are dead letters. */
export const unhandledLoop: LedLoop = {
  name: 'queue.unhandled',
  intervalMs: minuteMs,
  async run(lead) {
    await lead.transaction('queue.unhandled', (tx) => noteHandlers.run(tx, { elapsed_ms: minuteMs }));
    const { buried } = await lead.transaction('queue.unhandled', (tx) => buryUnhandled.one(tx, { longest_ms: longestUnhandledMs, most }));
    return buried === most ? 0 : undefined;
  },
};
