import type { Cause, JobSummary, PromiseState } from '../../../../src/data/queue/index.ts';
import type { Tone } from '../../parts/badge.tsx';
import { formatDuration } from '../../parts/format.ts';

// What the engine calls by a name is said to people in words; nothing of it is shown as it is.

export type JobState = JobSummary['state'];

export const jobStates: readonly JobState[] = [
  ...(['scheduled', 'waiting', 'parked', 'blocked', 'running', 'retrying'] as const),
  ...(['completed', 'cancelled', 'discarded', 'dead'] as const),
];
const endedStates: readonly JobState[] = ['completed', 'cancelled', 'discarded', 'dead'];
export const hasEnded = (state: JobState): boolean => endedStates.includes(state);

/** Of jobs, of runs, and of the steps and wholes of batches and flows. */
export const stateTones: Readonly<Record<string, Tone>> = {
  ...{ scheduled: 'plain', waiting: 'plain', parked: 'warn', blocked: 'plain', running: 'plain', retrying: 'warn' },
  ...{ completed: 'good', cancelled: 'plain', discarded: 'plain', dead: 'bad', failed: 'bad', open: 'plain' },
};
export const stateWords: Readonly<Record<string, string>> = {
  ...{ scheduled: 'scheduled', waiting: 'ready', parked: 'parked', blocked: 'blocked', running: 'running', retrying: 'retrying' },
  ...{ completed: 'completed', cancelled: 'cancelled', discarded: 'discarded', dead: 'dead letter', failed: 'failed', open: 'open' },
};
export const stateMeanings: Readonly<Record<string, string>> = {
  scheduled: 'It becomes ready at its time',
  waiting: 'It is due, and waits for a slot of a worker',
  parked: 'It is due, and a limit or a pause holds it',
  blocked: 'It waits for other jobs to end',
  running: 'A worker runs it',
  retrying: 'A run failed; it is tried again at its time',
  completed: 'Its handler did what it should',
  cancelled: 'Somebody cancelled it',
  discarded: 'It failed in a way that is not worth another try, and nobody has to look',
  dead: 'It was given up, and waits for somebody',
  failed: 'It ended and did not complete',
  open: 'Not all of it has ended',
};

export const promiseTones: Readonly<Record<PromiseState, Tone>> = { held: 'good', at_risk: 'warn', broken: 'bad' };
export const promiseWords: Readonly<Record<PromiseState, string>> = { held: 'held', at_risk: 'at risk', broken: 'broken' };

/** Of a slug. */
export const tenantName = (slug: string): string => (slug === 'system' ? 'the platform' : slug);

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

/** What holds a parked job, of what its place is called by. */
export function holderOf(key: string): string {
  const [kind = '', , name = ''] = key.split(':');
  if (kind === 'limit') return `the limit ${name}`;
  if (kind === 'type') return 'its job type: paused, or no worker has a handler for it';
  return kind === 'tenant' ? 'its tenant, which is not active' : 'its tenant, which somebody paused';
}

export const reasonWords: Readonly<Record<string, string>> = {
  exhausted: 'all attempts failed',
  permanent: 'trying again would not help',
  crash_loop: 'its worker was lost three times',
  bad_payload: 'its payload does not fit',
  no_handler: 'nobody had a handler for 24 hours',
  snoozed_out: 'it put itself off a thousand times',
};

export const findingWords: Readonly<Record<string, string>> = {
  new: 'new',
  surge: 'surging',
  dominant: 'most of its queue',
  one_tenant: 'one tenant',
  version: 'since a version',
};

/** What people do, as a record of it says it. */
const deeds: Readonly<Record<string, string>> = {
  ...{ cancel: 'cancelled', retry: 'run again', promote: 'made due', reschedule: 'put off', delete: 'deleted', move: 'moved' },
  ...{ enqueue: 'enqueued by hand', redrive: 'redriven', pause: 'paused', resume: 'resumed' },
};
export const deedOf = (action: string): string => deeds[action] ?? named(action);

export const severityTones: Readonly<Record<string, Tone>> = { info: 'plain', warning: 'warn', critical: 'bad' };

const alertTitles: Readonly<Record<string, string>> = {
  'wait-over-target': 'A wait is over its target',
  'starving-2h': 'Somebody waits long',
  'starving-3h': 'Somebody waits very long',
  'promise-broken': 'The promise is broken',
  'predicted-wait': 'New jobs would wait too long',
  'level-high': 'Load is high',
  'level-overload': 'Overload',
  'no-worker': 'Jobs wait, and no process runs them',
  'dead-letters': 'Many jobs are given up',
  'error-rate': 'Many runs fail',
  'lease-losses': 'Workers lost their leases',
  'loop-blocked': 'A worker is blocked',
  'old-snapshot': 'An old snapshot is held',
  'notify-queue': 'The notify queue fills up',
  'months-ahead': 'Partitions ahead run out',
  unfair: 'Shares are unfair',
};
export const alertTitle = (name: string): string => alertTitles[name] ?? named(name);
const named = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll(/[-_]/g, ' ')}`;

const number = new Intl.NumberFormat(navigator.language, { maximumFractionDigits: 2 });
export const levelNames = ['normal', 'busy', 'high', 'overload'] as const;

interface Metric {
  readonly text: string;
  /** What stands behind the number where it is typed in. */
  readonly unit: string;
  /** How much larger the typed number is. Default 1. */
  readonly scale?: number;
  readonly show: (value: number) => string;
}
const share = { unit: '%', scale: 100, show: (value: number) => `${number.format(value * 100)} %` };
const time = (unit: string, sizeMs: number) => ({ unit, show: (value: number) => formatDuration(value * sizeMs) });
const plain = { unit: '', show: (value: number) => number.format(value) };

const metrics: Readonly<Record<string, Metric>> = {
  wait_to_target: { text: 'longest wait, in times of its target', unit: '×', show: (value) => `${number.format(value)} ×` },
  oldest_wait_s: { text: 'longest wait', ...time('s', 1_000) },
  predicted_wait_s: { text: 'predicted wait', ...time('s', 1_000) },
  level: { text: 'level of load', ...plain, show: (value) => levelNames[value] ?? number.format(value) },
  live_workers: { text: 'processes, while jobs wait', ...plain },
  dead_letters: { text: 'jobs given up in 5 min', ...plain },
  error_rate: { text: 'runs that failed in 5 min', ...share },
  lease_losses: { text: 'leases lost in 5 min', ...plain },
  loop_lag_ms: { text: 'blocked event loop', ...time('ms', 1) },
  horizon_age_s: { text: 'age of the oldest snapshot, while jobs wait', ...time('s', 1_000) },
  notify_usage: { text: 'notify queue in use', ...share },
  covered_days: { text: 'days that have partitions', ...time('days', 86_400_000) },
  fairness: { text: 'Jain’s index of shares', ...plain },
};
export const metricOf = (name: string): Metric => metrics[name] ?? { text: named(name).toLowerCase(), ...plain };
