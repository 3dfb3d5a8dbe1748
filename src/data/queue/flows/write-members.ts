import type { Executor } from '../../../kernel/index.ts';
import { isFresh, type NewJob, toEnqueueError, writeFresh } from '../enqueue/index.ts';
import { addMembers } from './sql/queries/queries.gen.ts';
import type { Step } from './types.ts';

const most = 1_000;

export interface Members {
  readonly batchId: string;
  /** Empty: that of the context of the transaction. */
  readonly tenantId: string;
  readonly jobs: readonly NewJob[];
  /** Of a flow, in the order of the jobs. */
  readonly steps?: readonly Step[];
  /** They are enqueued by a batch, and are none of its jobs. */
  readonly isCallback?: boolean;
}

/** Writes jobs of a batch or flow that are all new, with where they wait. */
export async function writeMembers(executor: Executor, { batchId, tenantId, jobs, steps, isCallback }: Members): Promise<void> {
  const plain = JSON.stringify(isCallback ? { callback: batchId } : { batch: batchId });
  for (let start = 0; start < jobs.length; start += most) {
    const some = jobs.slice(start, start + most);
    if (!steps && some.every(isFresh)) {
      const tenantIds = tenantId === '' ? null : some.map(() => tenantId);
      await said(some, writeFresh(executor, some, tenantIds, { isTelling: true, follow: plain }));
      continue;
    }
    const stepsOf = steps?.slice(start, start + most) ?? [];
    const idOf = (index: number) => (some[index] as NewJob).id;
    const waiting = stepsOf
      .map((step, index) => ({ id: idOf(index), parents: new Set(step.after).size, step }))
      .filter(({ parents }) => parents > 0);
    const edges = stepsOf.flatMap(({ key, after = [] }) => [...new Set(after)].map((parent) => ({ parent, key })));
    const written = addMembers.run(executor, {
      tenant_id: tenantId,
      batch_id: batchId,
      ids: some.map(({ id }) => id),
      queue_names: some.map(({ queue }) => queue.name),
      job_types: some.map(({ kind }) => kind.name),
      bands: some.map(({ band }) => band),
      payload_versions: some.map(({ payloadVersion }) => payloadVersion),
      max_attempts: some.map(({ maxAttempts }) => maxAttempts),
      payloads: some.map(({ payload }) => payload),
      dues: some.map(({ due }) => due),
      traces: some.map(({ trace }) => trace),
      follows: steps ? stepsOf.map(({ key }) => JSON.stringify({ batch: batchId, step: key })) : some.map(() => plain),
      waiting_ids: waiting.map(({ id }) => id),
      open_parents: waiting.map(({ parents }) => parents),
      on_parent_failed: waiting.map(({ step }) => step.onParentFailed ?? 'cancel'),
      step_ids: stepsOf.map((_, index) => idOf(index)),
      step_keys: stepsOf.map(({ key }) => key),
      step_policies: stepsOf.map(({ onParentFailed }) => onParentFailed ?? 'cancel'),
      edge_parents: edges.map(({ parent }) => parent),
      edge_keys: edges.map(({ key }) => key),
    });
    await said(some, written);
  }
}

const said = (jobs: readonly NewJob[], written: Promise<unknown>) =>
  written.catch((error) => {
    throw toEnqueueError(error, jobs);
  });
