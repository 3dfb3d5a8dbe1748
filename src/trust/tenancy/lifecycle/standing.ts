import { type Connect, distinctDatabases } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import type { Tenant } from '../model/types.ts';
import { type LifecycleDeps, moveTo, placeNamed, requireState } from './context.ts';
import { lifecycleErrors } from './errors.ts';
import { nothing, type Operation, operate } from './operation.ts';
import { listTransactions } from './sql/queries/queries.gen.ts';
import type { Watch } from './types.ts';

/** See `Lifecycle.suspend`. */
export async function suspend(deps: LifecycleDeps, slugOrId: string, watch: Watch): Promise<Tenant> {
  const tenant = await deps.find(slugOrId);
  requireState(tenant, 'suspend', ['active', 'suspended']);
  return operate(deps, { tenant, kind: 'suspend', options: {}, watch }, async (operation) => {
    const suspended = await moveTo(deps, tenant, { from: ['active'], to: 'suspended', asked: 'suspend' });
    for (const { by, value } of deps.data()) {
      if (value.pause) await operation.step(`pause ${by}`, () => nothing(value.pause?.(tenant.id)));
    }
    await operation.step('wait for writers', () => settle(deps, operation, tenant));
    return suspended;
  });
}

/** See `Lifecycle.resume`. */
export async function resume(deps: LifecycleDeps, slugOrId: string, watch: Watch): Promise<Tenant> {
  const tenant = await deps.find(slugOrId);
  requireState(tenant, 'resume', ['suspended', 'active']);
  return operate(deps, { tenant, kind: 'resume', options: {}, watch }, async (operation) => {
    const active = await moveTo(deps, tenant, { from: ['suspended'], to: 'active', asked: 'resume' });
    for (const { by, value } of deps.data()) {
      if (value.resume) await operation.step(`resume ${by}`, () => nothing(value.resume?.(tenant.id)));
    }
    return active;
  });
}

const pollMs = 50;
const settleMs = 600_000;

/**
 * Waits until every transaction of the application that was open in any database of the tenant has ended: those that were let in by the
 * state before.
 *
 * @throws PLINTH_TENANCY_STILL_AT_WORK after ten minutes
 */
export async function settle(
  deps: LifecycleDeps,
  operation: Operation,
  { placement }: Pick<Tenant, 'placement'>,
): Promise<{ readonly waitedMs: number }> {
  const startedMs = deps.clock.monotonicMs();
  for (const tier of distinctDatabases(deps.connect)) await settleIn(deps, operation, deps.connect, tier);
  if (placement !== null) await settleIn(deps, operation, placeNamed(deps, placement).connect, 'oltp');
  return { waitedMs: Math.round(deps.clock.monotonicMs() - startedMs) };
}

/** The same for one database. */
export async function settleIn({ clock }: LifecycleDeps, { signal, progress }: Operation, connect: Connect, tier: Tier): Promise<void> {
  const startedMs = clock.monotonicMs();
  const open = async () => {
    const request = { tier, as: 'owner', tag: 'tenancy.settle', isReadOnly: true, signal } as const;
    const rows = await connect.transaction(request, (tx) => listTransactions.all(tx, {}));
    return new Set(rows.map((row) => row.transaction));
  };
  for (let before = await open(); before.size > 0; before = both(before, await open())) {
    const waitedMs = clock.monotonicMs() - startedMs;
    if (waitedMs > settleMs) throw lifecycleErrors.STILL_AT_WORK({ count: before.size, tier, waitedS: Math.round(waitedMs / 1_000) });
    progress(`waiting for ${before.size} transactions in ${tier}`);
    await clock.sleep(pollMs, signal);
  }
}

const both = (a: ReadonlySet<string>, b: ReadonlySet<string>) => new Set([...a].filter((one) => b.has(one)));
