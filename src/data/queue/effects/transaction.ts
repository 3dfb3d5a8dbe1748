import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import { queueErrors } from '../errors.ts';
import { type DistanceDeps, distanceOf } from '../model/distance.ts';
import { finishInTransaction, hasEnded, keepLines } from './sql/queries/queries.gen.ts';

/** Where a run stands in the database. A long one is given another lease while it runs. */
interface Stand {
  readonly leaseId: string;
  readonly place: number;
}

/** The run that a transaction is to end. */
export interface EndingRun {
  readonly tenantId: string;
  readonly jobId: string;
  /** From 1. */
  readonly attempt: number;
  /** As the database knows it, too. */
  stand(): Promise<Stand>;
  /** What it has to tell, when it is over but for the commit; both in JSON. */
  told(value: unknown): { readonly durationMs: number; readonly result: string | undefined; readonly log: string };
}

export interface EndingDeps extends DistanceDeps {
  readonly connect: Pick<Connect, 'transaction' | 'databaseKey'>;
  /** A transaction of the job's tenant. */
  run<T>(tier: Tier, work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** Does `work` and ends the run in one transaction; resolves when it is committed. */
export async function endInTransaction<T>(deps: EndingDeps, run: EndingRun, tier: Tier, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const reason = distanceOf(deps, tier, run.tenantId);
  if (reason !== undefined) throw queueErrors.APART({ tier, jobId: run.jobId, reason });
  let ended: { readonly leaseId: string; readonly value: T } | undefined;
  try {
    return await deps.run(tier, async (tx) => {
      ended = undefined;
      const value = await work(tx);
      ended = { leaseId: await finish(tx, run, value), value };
      return value;
    });
  } catch (error) {
    // Whether it was committed before the connection was lost or the call was given up, the database knows.
    if (!ended || !(await isCommitted(deps, run, ended.leaseId))) throw error;
    return ended.value;
  }
}

/** Keeps what a run had to say after its end. `log` as JSON. */
export async function keepLateLines({ connect }: Pick<EndingDeps, 'connect'>, run: EndingRun, log: string): Promise<void> {
  const { tenantId, jobId, attempt } = run;
  const at = { tier: 'queue', as: 'owner', tag: 'queue.effect' } as const;
  await connect.transaction(at, (tx) => keepLines.run(tx, { tenant_id: tenantId, job_id: jobId, attempt, log }));
}

/** Gives the lease that it was ended in. */
async function finish(tx: Transaction, run: EndingRun, value: unknown): Promise<string> {
  for (;;) {
    const { leaseId, place } = await run.stand();
    const { durationMs, result, log } = run.told(value);
    const { is_ours } = await finishInTransaction.one(tx, {
      lease: leaseId,
      place,
      duration_ms: Math.round(durationMs),
      result: result ?? null,
      log,
    });
    if (is_ours) return leaseId;
    if ((await run.stand()).leaseId === leaseId) throw queueErrors.LEASE_LOST({ jobId: run.jobId });
  }
}

async function isCommitted({ connect }: EndingDeps, run: EndingRun, lease: string): Promise<boolean> {
  const { tenantId, jobId, attempt } = run;
  const at = { tier: 'queue', as: 'owner', tag: 'queue.effect' } as const;
  return (await connect.transaction(at, (tx) => hasEnded.one(tx, { lease, tenant_id: tenantId, job_id: jobId, run: attempt }))).has_ended;
}
