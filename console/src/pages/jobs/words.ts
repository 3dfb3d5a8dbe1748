import type { Cause, JobSummary, PromiseState } from '../../../../src/data/queue/index.ts';
import type { Tone } from '../../parts/badge.tsx';

export type JobState = JobSummary['state'];

export const jobStates: readonly JobState[] = [
  ...(['scheduled', 'waiting', 'parked', 'blocked', 'running', 'retrying'] as const),
  ...(['completed', 'cancelled', 'discarded', 'dead'] as const),
];
const endedStates: readonly JobState[] = ['completed', 'cancelled', 'discarded', 'dead'];
export const hasEnded = (state: JobState): boolean => endedStates.includes(state);

export const stateTones: Readonly<Record<JobState, Tone>> = {
  ...{ scheduled: 'plain', waiting: 'plain', parked: 'warn', blocked: 'plain', running: 'plain', retrying: 'warn' },
  ...{ completed: 'good', cancelled: 'plain', discarded: 'plain', dead: 'bad' },
};

export const promiseTones: Readonly<Record<PromiseState, Tone>> = { held: 'good', at_risk: 'warn', broken: 'bad' };
export const promiseWords: Readonly<Record<PromiseState, string>> = { held: 'held', at_risk: 'at risk', broken: 'broken' };

/** Why jobs wait, and what ends it. */
export const causes: Readonly<Record<Cause, { readonly why: string; readonly remedy: string }>> = {
  capacity: { why: 'more work than its slots get done', remedy: 'start more workers, or raise queue.maxSlots' },
  throttle: { why: 'it may use fewer slots than its pool has', remedy: 'raise its weights: plinth queue weights' },
  paused: { why: 'somebody paused it', remedy: 'resume it' },
  no_worker: { why: 'no process runs its pool', remedy: 'start plinth worker' },
  no_handler: { why: 'no worker has a handler for it', remedy: 'deploy one that has' },
  key_limit: { why: 'a limit holds it', remedy: 'wait, or raise the limit in its definition' },
  tenant_suspended: { why: 'its tenant is not active', remedy: 'resume the tenant' },
  partition_missing: { why: 'the month has no partition', remedy: 'run plinth partition run' },
  database: { why: 'slots stand idle: the database is slow', remedy: 'look at Pools and at what blocks' },
};

export const reasonWords: Readonly<Record<string, string>> = {
  exhausted: 'all attempts failed',
  permanent: 'trying again would not help',
  crash_loop: 'its worker was lost three times',
  bad_payload: 'its payload does not fit',
  no_handler: 'nobody had a handler for 24 hours',
};

export const findingWords: Readonly<Record<string, string>> = {
  new: 'new',
  surge: 'surging',
  dominant: 'most of its queue',
  one_tenant: 'one tenant',
  version: 'since a version',
};
