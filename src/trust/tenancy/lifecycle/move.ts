import type { Moves } from '../../../foundation/migrate/index.ts';
import { tiers } from '../../../kernel/index.ts';
import type { Tenant } from '../model/types.ts';
import {
  admitTenant,
  deleteEverybody,
  deleteMemberships,
  openWriter,
  type Place,
  type PlacesDeps,
  placementErrors,
  preparePlace,
  putMembers,
  setMoving,
  shared,
} from '../placement/index.ts';
import { inRegistry, type LifecycleDeps, placeNamed, requireState } from './context.ts';
import { inOrder } from './model/order.ts';
import { bound } from './model/precedence.ts';
import { findProblems, movedTables } from './move-problems.ts';
import { nothing, type Operation, operate } from './operation.ts';
import { ensureRange, findUnfinished } from './sql/queries/queries.gen.ts';
import { settleIn } from './standing.ts';
import { switchPlace } from './switch.ts';
import { deleteBatch, rangeOf, type TenantTable } from './tables.ts';
import type { MoveReport, Watch } from './types.ts';

/** A move at work. */
export interface MoveAtWork {
  readonly deps: LifecycleDeps;
  readonly operation: Operation;
  readonly tenant: Tenant;
  readonly from: Place;
  readonly to: Place;
  /** Referenced ones first. */
  readonly tables: readonly TenantTable[];
}

const asOwner = { tier: 'oltp', as: 'owner', tag: 'tenancy.move' } as const;

/** See `Lifecycle.move`. */
export async function moveTenant(
  deps: LifecycleDeps,
  slugOrId: string,
  request: { readonly to: string },
  watch: Watch,
): Promise<MoveReport> {
  const tenant = await deps.find(slugOrId);
  requireState(tenant, 'move', ['active', 'suspended']);
  const to = placeNamed(deps, request.to);
  const places = deps.places as PlacesDeps;
  const unfinished = await inRegistry(deps, (tx) => findUnfinished.first(tx, { tenant_id: tenant.id }));
  if (!unfinished && to.name === (tenant.placement ?? shared)) throw placementErrors.ALREADY_PLACED({ slug: tenant.slug, place: to.name });
  return operate(deps, { tenant, kind: 'move', options: { to: to.name }, watch }, async (operation) => {
    const begun = await operation.step('begin', async () => ({ from: tenant.placement ?? shared }));
    const from = placeNamed(deps, begun.from);
    const { signal, progress: onProgress } = operation;
    if (!to.isShared) await operation.step('make the database', () => nothing(preparePlace(places, to, tenant, { signal, onProgress })));
    const { tables: names } = await operation.step('look for what stands in the way', async () => ({
      tables: await check(deps, tenant, from, to),
    }));
    const tables = inOrder(await movedTables(deps, from.connect)).flat();
    const move: MoveAtWork = { deps, operation, tenant, from, to, tables: tables.filter(({ name }) => names.includes(name)) };
    // Recorded before it is so.
    await operation.step(bound, async () => ({}));
    if (!to.isShared) await operation.step('admit it', () => admit(move));
    await operation.step('follow its transactions', () => followTransactions(move));
    const { rows, pauseMs } = await copyAndSwitch(places, move);
    if (!to.isShared) await operation.step('bring its members', () => nothing(putMembers(deps.connect, to, tenant.id)));
    await removeRows(places, move);
    return { from: from.name, to: to.name, tables: move.tables.length, rows, pauseMs };
  });
}

/** The tables that are going to be moved. @throws PLINTH_TENANCY_CANNOT_MOVE */
async function check(deps: LifecycleDeps, tenant: Tenant, from: Place, to: Place): Promise<readonly string[]> {
  const { connect } = deps;
  const beside = tiers.filter((tier) => tier !== 'oltp' && connect.databaseKey(tier) === connect.databaseKey('oltp'));
  // Which of its tables belong to which tier nobody could say, and those of other tiers stay.
  const mixed = beside.length > 0 ? [`its tier oltp shares a database with ${beside.join(', ')}`] : [];
  const problems = [...mixed, ...(await findProblems(deps, tenant.id, from.connect, to.connect))];
  if (problems.length > 0) throw placementErrors.CANNOT_MOVE({ slug: tenant.slug, problems });
  return (await movedTables(deps, from.connect)).map(({ name }) => name);
}

async function admit({ deps, tenant, to }: MoveAtWork): Promise<object> {
  const { id, slug, name, created } = tenant;
  await to.connect.transaction(asOwner, (tx) => admitTenant.run(tx, { id, slug, name, created }));
  await putMembers(deps.connect, to, id);
  return {};
}

/** From here on each of its transactions can be waited for; those that began before are waited for now, while nobody has to. */
async function followTransactions({ deps, operation, tenant, from }: MoveAtWork): Promise<object> {
  await from.connect.transaction(asOwner, (tx) => setMoving.run(tx, { id: tenant.id, is_moving: true }));
  await settleIn(deps, operation, from.connect, 'oltp');
  return {};
}

async function copyAndSwitch(places: PlacesDeps, move: MoveAtWork): Promise<{ readonly rows: number; readonly pauseMs: number }> {
  const { deps, operation, tenant, from, to, tables } = move;
  await using writer = await openWriter(places, to, { isPlain: true });
  const moves = places.migrate.moves.into(writer);
  const request = { source: from.connect, signal: operation.signal, onProgress: operation.progress };
  const names: string[] = [];
  let rows = 0;
  for (const table of tables) {
    const name = `${tenant.slug} ${operation.id} ${table.name}`;
    names.push(name);
    const copied = await operation.step(`copy ${table.name}`, async () => {
      await makeRanges(move, table);
      const only = { column: 'tenant_id', value: tenant.id };
      await moves.start({ name, from: { table: table.name }, to: { tier: 'oltp', table: table.name }, only }, request);
      return { rows: (await moves.run(name, request)).rowsCopied };
    });
    rows += copied.rows;
  }
  for (const [index, { name }] of tables.entries()) {
    await operation.step(`compare ${name}`, () => compare(moves, names[index] as string, { slug: tenant.slug, table: name }, request));
  }
  const { pauseMs } = await operation.step('switch', () => switchPlace(move, moves, names, writer));
  // Whoever did not hear of it is told by the old place.
  await deps.placements.refresh();
  return { rows, pauseMs };
}

/** Counts and hashes; what differs is copied once more, and then it has to be the same. @throws PLINTH_TENANCY_MOVE_DIFFERS */
async function compare(
  moves: Moves,
  name: string,
  what: { readonly slug: string; readonly table: string },
  request: Parameters<Moves['verify']>[1],
): Promise<{ readonly rows: number }> {
  const first = await moves.verify(name, { ...request, repair: true });
  const last = first.count === 0 ? first : await moves.verify(name, request);
  if (last.count > 0) throw placementErrors.MOVE_DIFFERS({ ...what, count: last.count });
  return { rows: last.rows };
}

/** Partitions for the rows that are going to come. */
async function makeRanges({ tenant, from, to }: MoveAtWork, table: TenantTable): Promise<void> {
  const range = await from.connect.transaction({ ...asOwner, isReadOnly: true }, (tx) => rangeOf(tx, table, { tenantId: tenant.id }));
  if (!range) return;
  await to.connect.transaction(asOwner, (tx) => ensureRange.run(tx, { table_name: table.sql, lower: range.from, upper: range.to }));
}

/** Leaves nothing of the tenant where it was but the row that refuses it. */
async function removeRows(places: PlacesDeps, { operation, tenant, from, tables }: MoveAtWork): Promise<void> {
  await using remover = await openWriter(places, from, { isPlain: false });
  for (const table of tables.toReversed()) {
    await operation.step(`remove ${table.name}`, async () => {
      let rows = 0;
      for (;;) {
        const batch = await remover.transaction({ ...asOwner, signal: operation.signal }, async (tx) => {
          await tx.query({ text: 'set constraints all deferred' });
          return deleteBatch(tx, table, tenant.id);
        });
        rows += batch;
        if (batch === 0) return { rows };
      }
    });
  }
  if (from.isShared) return;
  await operation.step('remove its members', async () => {
    await remover.transaction(asOwner, async (tx) => {
      await deleteMemberships.run(tx, { tenant_id: tenant.id });
      await deleteEverybody.run(tx, {});
    });
    return {};
  });
}
