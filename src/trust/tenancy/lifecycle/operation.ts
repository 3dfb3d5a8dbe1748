import { type Transaction, takeLead } from '../../../foundation/connect/index.ts';
import { messageOf, uuidv7 } from '../../../kernel/index.ts';
import type { Tenant } from '../model/types.ts';
import { inRegistry, type LifecycleDeps } from './context.ts';
import { lifecycleErrors } from './errors.ts';
import { decide } from './model/precedence.ts';
import {
  completeOperation,
  findUnfinished,
  giveUpOperation,
  insertOperation,
  insertStep,
  listSteps,
  noteFailure,
} from './sql/queries/queries.gen.ts';
import type { OperationKind, Watch } from './types.ts';

export interface OperationRequest {
  readonly tenant: Pick<Tenant, 'id' | 'slug'>;
  readonly kind: OperationKind;
  /** What tells it from another one of its kind. */
  readonly options: object;
  readonly watch: Watch;
  /** Together with the record that it began. */
  prepare?(tx: Transaction): Promise<unknown>;
}

/** An operation at work, alone on its tenant. */
export interface Operation {
  readonly id: string;
  readonly started: Date;
  /** Ends with the caller's, and when another process could begin on the same tenant. */
  readonly signal: AbortSignal;
  progress(line: string): void;
  /** Does what is not recorded as done yet, then records it. What `run` does has to bear being done again. */
  step<T extends object>(name: string, run: () => Promise<T>): Promise<T>;
}

/**
 * Begins an operation or goes on with the one that was interrupted. `work` is done when it returns; what it returns is kept as the result.
 *
 * @throws PLINTH_TENANCY_OPERATION_BUSY, PLINTH_TENANCY_OPERATION_UNFINISHED
 */
export async function operate<T extends object>(
  deps: LifecycleDeps,
  request: OperationRequest,
  work: (operation: Operation) => Promise<T>,
): Promise<T> {
  const { tenant, kind, watch } = request;
  const lost = new AbortController();
  await using lead = await takeLead(deps.connect, { tier: 'oltp', name: `tenancy.operation ${tenant.id}`, tag: 'tenancy.operation' });
  if (!lead) throw lifecycleErrors.OPERATION_BUSY({ slug: tenant.slug });
  lead.onLost((error) => lost.abort(error));
  const signal = AbortSignal.any([lost.signal, ...(watch.signal ? [watch.signal] : [])]);
  const startedMs = deps.clock.monotonicMs();
  const operation = await begin(deps, request, signal);
  const key = { tenant_id: tenant.id, id: operation.id };
  let isDone = false;
  try {
    const result = await work(operation);
    await inRegistry(deps, (tx) => completeOperation.run(tx, { ...key, result: JSON.stringify(result) }));
    isDone = true;
    return result;
  } catch (error) {
    // What went wrong may be the database itself: then the error that is thrown says so.
    await inRegistry(deps, (tx) => noteFailure.run(tx, { ...key, failure: messageOf(error) })).catch(() => {});
    throw error;
  } finally {
    deps.events.emit('audited', {
      action: `tenancy.${kind}`,
      success: isDone,
      tenantId: tenant.id,
      target: { type: 'tenant', id: tenant.id },
      durationMs: Math.round(deps.clock.monotonicMs() - startedMs),
      details: { operationId: operation.id, ...request.options },
    });
  }
}

async function begin(deps: LifecycleDeps, request: OperationRequest, signal: AbortSignal): Promise<Operation> {
  const { tenant, kind, options, watch } = request;
  const { id, started, steps } = await inRegistry(deps, async (tx) => {
    const unfinished = await findUnfinished.first(tx, { tenant_id: tenant.id });
    const done = unfinished ? await listSteps.all(tx, { tenant_id: tenant.id, operation_id: unfinished.id }) : [];
    const steps = new Map(done.map((step) => [step.name, step.detail as object]));
    const decision =
      unfinished &&
      decide(
        { kind: unfinished.kind as OperationKind, options: unfinished.options as object, steps: new Set(steps.keys()) },
        { kind, options },
      );
    if (unfinished && decision === 'complete it') return { id: unfinished.id, started: unfinished.started, steps };
    if (unfinished && decision === 'refuse') {
      const { kind: before, started } = unfinished;
      throw lifecycleErrors.OPERATION_UNFINISHED({
        slug: tenant.slug,
        kind: before as OperationKind,
        started: started.toISOString(),
        asked: kind,
      });
    }
    if (unfinished) await giveUpOperation.run(tx, { tenant_id: tenant.id, id: unfinished.id, failure: `given up for: ${kind}` });
    const started = deps.clock.now();
    const id = uuidv7(started.getTime());
    await request.prepare?.(tx);
    await insertOperation.run(tx, { tenant_id: tenant.id, id, kind, slug: tenant.slug, options: JSON.stringify(options) });
    return { id, started, steps: new Map<string, object>() };
  });
  const progress = (line: string) => watch.onProgress?.(`${tenant.slug}: ${line}`);
  return {
    id,
    started,
    signal,
    progress,
    async step<T extends object>(name: string, run: () => Promise<T>) {
      const done = steps.get(name);
      if (done) return done as T;
      signal.throwIfAborted();
      progress(name);
      const detail = await run();
      await inRegistry(deps, (tx) => insertStep.run(tx, { tenant_id: tenant.id, operation_id: id, name, detail: JSON.stringify(detail) }));
      return detail;
    },
  };
}

/** What a step that only does something has to tell. */
export async function nothing(work: Promise<void> | undefined): Promise<Record<string, never>> {
  await work;
  return {};
}
