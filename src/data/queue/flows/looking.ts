import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { isUuid, uuidv7Ms } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { JobState } from '../model/types.ts';
import { flowErrors } from './errors.ts';
import {
  findBatchTenant,
  type ListBatchesRow,
  listBatches,
  listMembers,
  listParents,
  listRelatives,
  listSteps,
} from './sql/queries/queries.gen.ts';
import type { BatchDetails, BatchInfo, BatchState, Flows, ParentOutcome, Place } from './types.ts';

const defaultPage = 50;
const longestPage = 500;
const mostSteps = 1_000;
const mostMembers = 100;
const mostRelatives = 100;

interface LookingDeps {
  readonly connect: Connect;
  readonly tenancy: Pick<Tenancy, 'current'>;
}

/** What can be seen of batches and flows. Who works for a tenant sees no other's. */
export function openLooking({ connect, tenancy }: LookingDeps): Pick<Flows, 'list' | 'show'> {
  const read = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', isReadOnly: true, tag: `queue.${tag}` }, work);
  const page = { id: null, before: null, state: null, limit: 1 };

  return {
    async list({ tenantId, state }, { before, limit = defaultPage } = {}) {
      const size = Math.max(1, Math.min(limit, longestPage));
      if (before !== undefined && !isUuid(before)) throw flowErrors.UNKNOWN_BATCH({ id: before });
      const asked = { tenant_id: tenancy.current()?.tenantId ?? tenantId, id: null, before: before ?? null, state: state ?? null };
      const rows = await read('batches', (tx) => listBatches.all(tx, { ...asked, limit: size + 1 }));
      const batches = rows.slice(0, size).map(infoOf);
      const last = batches.at(-1);
      return { batches, ...(rows.length > size && last && { next: last.id }) };
    },

    async show(id, tenantId): Promise<BatchDetails> {
      if (!isUuid(id)) throw flowErrors.UNKNOWN_BATCH({ id });
      return read('batch', async (tx) => {
        const tenant_id = tenancy.current()?.tenantId ?? tenantId ?? (await findBatchTenant.first(tx, { id }))?.tenant_id;
        const row = tenant_id === undefined ? undefined : await listBatches.first(tx, { ...page, tenant_id, id });
        if (!row || tenant_id === undefined) throw flowErrors.UNKNOWN_BATCH({ id });
        const steps = row.kind === 'flow' ? await listSteps.all(tx, { tenant_id, batch_id: id, after: null, limit: mostSteps }) : [];
        const asked = { tenant_id, batch_id: id, until: row.ended, limit: mostMembers };
        const members = row.kind === 'batch' ? await listMembers.all(tx, asked) : [];
        return {
          ...infoOf(row),
          tenantId: tenant_id,
          members: members.map((member) => ({ jobId: member.id, type: member.job_type, state: member.state as JobState })),
          steps: steps.map((step) => ({
            key: step.key,
            jobId: step.job_id,
            ...(step.job_type !== null && { type: step.job_type }),
            state: step.state as BatchState,
            ...(step.place !== null && { place: step.place as 'waiting' }),
            ...{ started: step.started, completed: step.completed, after: step.after },
            onParentFailed: step.on_parent_failed as 'cancel',
          })),
        };
      });
    },
  };
}

export interface Follow {
  readonly batch?: string;
  readonly step?: string;
  readonly callback?: string;
}

/** Where a job stands among others, by what `jobs.follow` says; undefined where it stands alone. */
export async function placeOf(tx: Transaction, tenantId: string, follow: Follow | null): Promise<Place | undefined> {
  const batchId = follow?.batch ?? follow?.callback;
  if (batchId === undefined || !isUuid(batchId)) return undefined;
  const key = follow?.step ?? null;
  const rows = key === null ? [] : await listRelatives.all(tx, { tenant_id: tenantId, batch_id: batchId, key, limit: mostRelatives });
  const relatives = (isParent: boolean) =>
    rows
      .filter(({ is_parent }) => is_parent === isParent)
      .map((row) => ({ key: row.key, jobId: row.job_id, state: row.state as BatchState }));
  return { batchId, key, isCallback: follow?.batch === undefined, parents: relatives(true), children: relatives(false) };
}

/** What became of the steps that a step waited for, by key. */
export async function parentsOf(
  tx: Transaction,
  tenantId: string,
  { batch, step }: Follow,
): Promise<Readonly<Record<string, ParentOutcome>>> {
  if (batch === undefined || step === undefined) return {};
  const rows = await listParents.all(tx, { tenant_id: tenantId, batch_id: batch, key: step });
  return Object.fromEntries(
    rows.map(({ key, job_id, state, result, error }) => [key, { jobId: job_id, state: state as BatchState, result, error }]),
  );
}

const infoOf = (row: ListBatchesRow): BatchInfo => ({
  id: row.id,
  kind: row.kind as 'batch',
  name: row.name,
  state: row.state as BatchState,
  isCancelled: row.is_cancelled,
  total: row.total,
  completed: row.completed,
  failed: row.failed,
  cancelled: row.cancelled,
  created: new Date(uuidv7Ms(row.id)),
  ended: row.ended,
  calls: {
    ...(row.on_completed !== null && { onCompleted: row.on_completed }),
    ...(row.on_failed !== null && { onFailed: row.on_failed }),
    ...(row.on_progress !== null && { onProgress: row.on_progress }),
  },
});
