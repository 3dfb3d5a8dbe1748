import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import type { Holds } from '../../../foundation/partition/index.ts';
import type { Clock, EventBus, Filled, Tier } from '../../../kernel/index.ts';
import type { Masker } from '../model/masker.ts';
import type { TenantData } from '../model/tenant-data.ts';
import type { Tenant, TenantReplicas, TenantState } from '../model/types.ts';
import { findPlace, type Place, type Placements, type PlacesDeps, placementErrors } from '../placement/index.ts';
import { lifecycleErrors } from './errors.ts';
import { moveState, plainSettings } from './sql/queries/queries.gen.ts';
import type { OperationKind } from './types.ts';

export interface LifecycleDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly events: EventBus;
  /** Absolute; holds the key that signs exports and certificates. */
  readonly dataDir: string;
  readonly replicas: TenantReplicas;
  /** By slug or id. @throws PLINTH_TENANCY_UNKNOWN_TENANT */
  find(slugOrId: string): Promise<Tenant>;
  /** What capabilities keep for a tenant beyond rows, and those that are asked before rows go. */
  readonly data: () => readonly Filled<TenantData>[];
  readonly holds: () => Holds | undefined;
  /** Absent: all tenants stay in the shared databases. */
  readonly places: PlacesDeps | undefined;
  readonly placements: Placements;
  /** Who knows what stands in place of personal values. */
  readonly masker: () => Masker | undefined;
}

// As long as it takes: a tenant may be large and nobody waits in the database.
const longMs = 24 * 60 * 60_000;

/** A short transaction in the registry. */
export const inRegistry = <T>({ connect }: LifecycleDeps, work: (tx: Transaction) => Promise<T>) =>
  connect.transaction({ tier: 'oltp', as: 'owner', tag: 'tenancy.operation' }, work);

/** A long transaction of the owner, who sees all rows; what is copied in it is written alike everywhere. */
export function inTier<T>(
  { connect }: LifecycleDeps,
  tier: Tier,
  request: { readonly tag: string; readonly isSnapshot?: boolean; readonly isReadOnly?: boolean; readonly signal?: AbortSignal },
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const { tag, isSnapshot, isReadOnly, signal } = request;
  return connect.transaction(
    {
      tier,
      as: 'owner',
      priority: 'maintenance',
      tag: `tenancy.${tag}`,
      deadlineMs: longMs,
      isRetryable: false,
      ...(isSnapshot && { isolation: 'repeatable read' }),
      ...(isReadOnly && { isReadOnly }),
      ...(signal && { signal }),
    },
    async (tx) => {
      await plainSettings.run(tx, {});
      return work(tx);
    },
  );
}

/** @throws PLINTH_TENANCY_NO_PLACES, PLINTH_TENANCY_NO_SUCH_PLACE */
export function placeNamed({ places }: LifecycleDeps, name: string): Place {
  if (!places) throw placementErrors.NO_PLACES();
  return findPlace(places, name);
}

/** For what works on the shared databases only. @throws PLINTH_TENANCY_PLACED */
export function requireShared({ slug, placement }: Tenant, asked: OperationKind): void {
  if (placement !== null) throw placementErrors.PLACED({ slug, place: placement, asked });
}

/** @throws PLINTH_TENANCY_WRONG_STATE */
export function requireState({ slug, state }: Tenant, asked: OperationKind, allowed: readonly TenantState[]): void {
  if (!allowed.includes(state)) throw lifecycleErrors.WRONG_STATE({ slug, state, asked, needed: allowed.join(' or ') });
}

/** Brings a tenant to a state in every tier, from one of those given or that state itself. @throws PLINTH_TENANCY_WRONG_STATE */
export async function moveTo(
  deps: LifecycleDeps,
  tenant: Tenant,
  move: { readonly from: readonly TenantState[]; readonly to: TenantState; readonly asked: OperationKind },
): Promise<Tenant> {
  const moved = await inRegistry(deps, (tx) => moveState.first(tx, { id: tenant.id, state: move.to, from: [...move.from, move.to] }));
  // Somebody moved it since it was looked at.
  if (!moved) requireState(await deps.find(tenant.id), move.asked, move.from);
  await deps.replicas.put(moved as Tenant);
  return moved as Tenant;
}

/** The schemas that somebody looks after alone. */
export const leftAlone = (deps: LifecycleDeps): string[] => deps.data().flatMap(({ value }) => value.schemas ?? []);
