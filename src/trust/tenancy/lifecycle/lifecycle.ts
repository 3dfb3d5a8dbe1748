import { inRegistry, type LifecycleDeps } from './context.ts';
import { listOperations } from './sql/queries/queries.gen.ts';
import type { Lifecycle, OperationKind } from './types.ts';

/** What is done with tenants as a whole. Holds nothing of its own; what is rarely done is loaded when it is. */
export function openLifecycle(deps: LifecycleDeps): Lifecycle {
  return {
    suspend: async (tenant, watch = {}) => (await import('./standing.ts')).suspend(deps, tenant, watch),
    resume: async (tenant, watch = {}) => (await import('./standing.ts')).resume(deps, tenant, watch),
    export: async (tenant, request, watch = {}) => (await import('./export.ts')).exportTenant(deps, tenant, request, watch),
    import: async (request, watch = {}) => (await import('./import.ts')).importTenant(deps, request, watch),
    clone: async (tenant, request, watch = {}) => (await import('./clone.ts')).cloneTenant(deps, tenant, request, watch),
    erase: async (tenant, request, watch = {}) => (await import('./erase.ts')).eraseTenant(deps, tenant, request, watch),
    move: async (tenant, request, watch = {}) => (await import('./move.ts')).moveTenant(deps, tenant, request, watch),
    operations: (tenantId) =>
      inRegistry(deps, async (tx) =>
        (await listOperations.all(tx, { tenant_id: tenantId })).map((row) => ({
          id: row.id,
          kind: row.kind as OperationKind,
          slug: row.slug,
          started: row.started,
          ...(row.completed && { completed: row.completed }),
          ...(row.failure !== null && { failure: row.failure }),
          stepCount: row.step_count,
          ...(row.last_step !== null && { lastStep: row.last_step }),
        })),
      ),
  };
}
