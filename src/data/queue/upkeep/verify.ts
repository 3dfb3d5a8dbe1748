import type { Connect } from '../../../foundation/connect/index.ts';
import { verify } from './sql/queries/queries.gen.ts';

type VerifyProblem = 'in two places' | 'in no place' | 'waits without a job' | 'waits though it ended' | 'details without a job';

export interface Verification {
  /** How many jobs are ready, delayed, parked, blocked and leased. */
  readonly counts: Readonly<Partial<Record<'ready' | 'delayed' | 'parked' | 'blocked' | 'leased', number>>>;
  /** How many jobs are wrong in which way; empty where all is right. */
  readonly problems: Readonly<Partial<Record<VerifyProblem, number>>>;
  /** Some of them. */
  readonly examples: readonly {
    readonly problem: VerifyProblem;
    readonly tenantId: string;
    readonly jobId: string;
    /** Where it was found. */
    readonly where: string;
  }[];
}

const hourMs = 60 * 60_000;

/** See `Upkeep.verify`. */
export async function verifyJobs(
  connect: Pick<Connect, 'transaction'>,
  { examples = 20, signal }: { readonly examples?: number; readonly signal?: AbortSignal } = {},
): Promise<Verification> {
  const at = { tier: 'queue', as: 'owner', priority: 'maintenance', tag: 'queue.verify', isReadOnly: true, deadlineMs: hourMs } as const;
  const { report } = await connect.transaction({ ...at, ...(signal && { signal }) }, (tx) => verify.one(tx, { most: examples }));
  return report as Verification;
}
