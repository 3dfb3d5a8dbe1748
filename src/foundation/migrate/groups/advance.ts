import { type Ring, ringAfter, ringBefore, type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Session } from '../../connect/index.ts';
import type { Backfills } from '../backfill/index.ts';
import type { Context, Database } from '../context.ts';
import { ident } from '../model/sql-text.ts';
import { parseFile } from '../parse/index.ts';
import { runAlone } from '../run/index.ts';
import { groupErrors } from './errors.ts';
import type { GroupDefinition } from './model/definition.ts';
import { type GroupState, statesBefore } from './model/states.ts';
import { type ListGroupsRow, moveGroup } from './sql/queries/queries.gen.ts';
import type { SwitchRequest } from './types.ts';
import { differences } from './verify.ts';

const dayS = 24 * 60 * 60;

/** One group where it was found. */
export interface Found {
  readonly tier: Tier;
  readonly row: ListGroupsRow;
  readonly definition: GroupDefinition;
}

/** A guarded move. @throws PLINTH_MIGRATE_GROUP_MOVED */
export async function move(
  context: Context,
  { tier, row }: Found,
  to: { readonly state: GroupState; readonly ring?: Ring; readonly canaries?: readonly string[]; readonly isVerified?: boolean },
): Promise<void> {
  // On a server of ours nobody's old version is out there; on another one it takes as long as the rules say.
  const waits = context.options.needsWindow === true;
  const isRule = ((row.definition as GroupDefinition).contract ?? []).length === 0;
  const moved = await context.connect.transaction({ tier, as: 'owner', tag: 'migrate.group' }, (tx) =>
    moveGroup.all(tx, {
      name: row.name,
      state: to.state,
      ring: to.ring ?? row.ring,
      ring_before: row.ring,
      canaries: [...(to.canaries ?? row.canaries)],
      is_verified: to.isVerified ?? false,
      allowed: statesBefore(to.state),
      minimum_age_s: waits && !isRule ? 7 * dayS : 0,
      minimum_quiet_s: waits && !isRule ? dayS : 0,
    }),
  );
  if (moved.length === 0) throw groupErrors.GROUP_MOVED({ name: row.name, state: to.state });
}

/**
 * Fills the rows, completes the new side, compares. Each part finds by itself what is done: the backfill by its cursor, statements by
 * the catalog.
 *
 * @throws PLINTH_MIGRATE_GROUP_NOT_FILLED, PLINTH_MIGRATE_GROUP_DIFFERS, PLINTH_MIGRATE_BACKFILL_*
 */
export async function fillAndVerify(context: Context, backfills: Backfills, found: Found, request: SwitchRequest): Promise<void> {
  const { row, definition, tier } = found;
  await move(context, found, { state: 'backfilling' });
  if (definition.fill) await fill(backfills, found, definition.fill, request);
  await complete(context, tier, found, request);
  const keys = await compare(context, found, request);
  if (keys.length > 0) throw groupErrors.GROUP_DIFFERS({ name: row.name, keys, ring: row.ring });
  await move(context, found, { state: 'verified', isVerified: true });
}

async function fill(
  backfills: Backfills,
  { row, definition, tier }: Found,
  how: NonNullable<GroupDefinition['fill']>,
  { signal, onProgress }: SwitchRequest,
): Promise<void> {
  const name = `group/${row.name}`;
  const before = await backfills.start({ name, tier, statement: 'statement' in how ? how.statement : updateOf(definition.table, how) });
  // What failed before may have been corrected since.
  if (before.quarantined > 0) await backfills.retry(name);
  if (before.state === 'paused') await backfills.resume(name);
  const after = await backfills.run(name, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
  if (after.quarantined === 0) return;
  const [first] = await backfills.quarantine(name);
  throw groupErrors.GROUP_NOT_FILLED({ name: row.name, rows: after.quarantined, backfill: name, error: first?.error ?? '' });
}

function updateOf(
  table: string,
  { columns, needed }: { readonly columns: Readonly<Record<string, string>>; readonly needed: string },
): string {
  const set = Object.entries(columns).map(([column, value]) => `${ident(column)} = ${value}`);
  return `update ${table} set ${set.join(', ')} where ${needed}`;
}

async function complete(context: Context, tier: Tier, { row, definition }: Found, request: SwitchRequest): Promise<void> {
  if (definition.finish.length === 0) return;
  const database = databaseOf(context, tier);
  const bounds = { ...(request.signal && { signal: request.signal }), ...(request.onProgress && { onProgress: request.onProgress }) };
  await context.locked(database, { runId: uuidv7(), command: 'up', warnings: [], ...bounds }, async (run) => {
    const { statements } = await parseFile(`the definition of group ${row.name}`, `${definition.finish.join(';\n')};`);
    for (const [index, statement] of statements.entries()) await runAlone(run, `group ${row.name}`, index + 1, statement);
  });
}

/** All tiers that are kept where this one is. */
function databaseOf(context: Context, tier: Tier): Database {
  const found = context.databases(context.readFiles(), tier)[0];
  return found ?? [tier];
}

async function compare(context: Context, { tier, definition }: Found, { signal }: SwitchRequest): Promise<readonly string[]> {
  await using session: Session = await context.connect.session({ tier, tag: 'migrate.verify', ...(signal && { signal }) });
  await session.query({ text: 'set row_security = off; set statement_timeout = 0; set search_path = pg_catalog' });
  return await differences(session, definition);
}

/**
 * Compares and lets the next ring read the new side; a difference takes the ring a step back.
 *
 * @throws PLINTH_MIGRATE_GROUP_DIFFERS, PLINTH_MIGRATE_GROUP_MOVED, PLINTH_MIGRATE_GROUP_AT_END
 */
export async function widen(context: Context, found: Found, request: SwitchRequest): Promise<void> {
  const { row, definition } = found;
  const canaries = request.canaries ?? row.canaries;
  const ring = row.ring as Ring;
  // A rule has no sides to read: proved is done.
  const next = definition.contract.length === 0 ? 'all' : ringAfter(ring, canaries.length > 0);
  if (next === undefined) {
    throw groupErrors.GROUP_AT_END({
      name: row.name,
      what: 'is read by everybody on its new side',
      next: `Next: plinth migrate group contract ${row.name}`,
    });
  }
  const keys = await compare(context, found, request);
  if (keys.length > 0) {
    const back = ringBefore(ring, canaries.length > 0) ?? 'none';
    await move(context, found, { state: 'backfilling', ring: back });
    throw groupErrors.GROUP_DIFFERS({ name: row.name, keys, ring: back });
  }
  await move(context, found, { state: next === 'all' ? 'switched' : 'verified', ring: next, canaries, isVerified: true });
  request.onProgress?.(`${row.name}: ring "${next}" reads the new side`);
}
