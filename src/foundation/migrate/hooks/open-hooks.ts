import { type Clock, messageOf, uuidv7 } from '../../../kernel/index.ts';
import type { Connect } from '../../connect/index.ts';
import { migrateErrors } from '../errors.ts';
import { loadProgram } from './load-program.ts';
import type { Hook } from './read-hooks.ts';
import { beginHook, endHook } from './sql/queries/queries.gen.ts';
import type { HookPoint, HookSubject } from './types.ts';

export interface HooksDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly runId: string;
  readonly isDryRun: boolean;
  /** The placed tenant whose database it is. Absent: nobody is called around tenants. */
  readonly tenant?: string | undefined;
  readonly signal: AbortSignal;
  /** Receives what hooks that come after their subject failed with. */
  readonly warnings: string[];
  progress(line: string): void;
}

/** Calls the product's own code around a run. */
export interface HookCaller {
  /** Whether nobody is called at any point. */
  readonly isEmpty: boolean;
  /**
   * Calls the hooks of a point, one after the other, each within its own timeout and with a row in `hook_calls`. One that
   * comes before its subject stops the run; what fails after it is a warning, because nothing is undone by it.
   *
   * @throws PLINTH_MIGRATE_HOOK_FAILED at points before something
   */
  call(point: HookPoint, subject: HookSubject): Promise<void>;
  /** The same, only the first time; `key` tells times apart. */
  once(point: HookPoint, subject: HookSubject, key?: string): Promise<void>;
}

/** For work that nobody is called around. */
export const noHooks: HookCaller = { isEmpty: true, async call() {}, async once() {} };

export function openHooks(hooks: readonly Hook[], deps: HooksDeps): HookCaller {
  const { tenant } = deps;
  const due = hooks.filter(({ point }) => tenant !== undefined || !point.endsWith('-tenant'));
  const byPoint = Map.groupBy(due, ({ point }) => point);
  const called = new Set<string>();
  const call = async (point: HookPoint, subject: HookSubject) => {
    for (const hook of byPoint.get(point) ?? []) await callOne(deps, hook, tenant === undefined ? subject : { ...subject, tenant });
  };
  return {
    isEmpty: due.length === 0,
    call,
    async once(point, subject, key = '') {
      if (called.has(`${point} ${key}`)) return;
      called.add(`${point} ${key}`);
      await call(point, subject);
    },
  };
}

async function callOne(deps: HooksDeps, hook: Hook, subject: HookSubject): Promise<void> {
  const program = await loadProgram(hook);
  if (deps.isDryRun && !program.runsDry) return;
  const about = describe(subject);
  const id = uuidv7();
  const record = { tier: subject.tier, as: 'owner', tag: 'migrate.hook' } as const;
  deps.progress(`${subject.tier}: hook ${hook.id} for ${about}`);
  const row = { id, run_id: deps.runId, hook: hook.id, checksum: hook.checksum, point: hook.point, subject: about };
  await deps.connect.transaction(record, (tx) => beginHook.run(tx, row));
  const failure = await runProgram(deps, hook, program, subject);
  const outcome = failure === undefined ? 'completed' : 'failed';
  await deps.connect.transaction(record, (tx) => endHook.run(tx, { id, outcome, error: failure ?? null }));
  if (failure === undefined) return;
  if (hook.point.startsWith('before-')) throw migrateErrors.HOOK_FAILED({ hook: hook.id, subject: about, reason: failure });
  deps.warnings.push(`${hook.id} failed for ${about}, which stays as it is: ${failure}`);
}

function describe({ tier, tenant, migration, step }: HookSubject): string {
  if (migration === undefined) return tenant ?? tier;
  return step === undefined ? migration : `${migration} step ${step}`;
}

/** Why it failed; undefined when it did not. A session that is still at work when the time is up is thrown away. */
async function runProgram(
  deps: HooksDeps,
  { point }: Hook,
  { timeoutMs, run }: Awaited<ReturnType<typeof loadProgram>>,
  subject: HookSubject,
): Promise<string | undefined> {
  const over = new AbortController();
  const signal = AbortSignal.any([deps.signal, over.signal]);
  const waiting = new AbortController();
  await using session = await deps.connect.session({ tier: subject.tier, tag: 'migrate.hook', signal: deps.signal });
  const call = {
    ...subject,
    point,
    runId: deps.runId,
    isDryRun: deps.isDryRun,
    signal,
    query: async (text: string, values: readonly unknown[] = []) =>
      (await session.query({ text, values: [...values] })).rows as Readonly<Record<string, unknown>>[],
  };
  const late = deps.clock.sleep(timeoutMs, waiting.signal).then(() => {
    over.abort();
    throw new Error(`it took longer than ${timeoutMs} ms`);
  });
  late.catch(() => {});
  try {
    await Promise.race([run(call), late]);
    return undefined;
  } catch (error) {
    deps.signal.throwIfAborted();
    if (over.signal.aborted) {
      await session.cancel().catch(() => {});
      session.destroy();
    }
    return messageOf(error);
  } finally {
    waiting.abort();
  }
}
