import type { Session } from '../../connect/index.ts';
import { type Footprint, footprintOf, type HeldLock, type Traces } from './model/footprint.ts';
import { isBlockedBy, listHeldLocks, listRelations, reportScans } from './sql/queries/queries.gen.ts';

/** A statement as it is measured; `type` is the root of its parse tree. */
export interface MeasuredStatement {
  readonly sql: string;
  readonly type: string;
}

// The server tells at this level what it rewrites, verifies and builds.
const talkative = 'set client_min_messages = debug1';

/** Sessions of one database that measure statements. Close them with the database's owner. */
export interface Meter {
  /** Runs the statements. */
  readonly session: Session;
  /** Look on, and stand in the way, while a statement runs outside a transaction. */
  readonly watcher: Session;
  readonly fences: readonly [Session, Session];
  /** Filled by the session as it works. */
  readonly notices: Traces['notices'][number][];
}

export interface Measurement {
  readonly footprint: Footprint;
  /** Of the statement alone. Outside a transaction it contains the stops it was made to make. */
  readonly durationMs: number;
}

/** Prepares sessions for measuring; they stay with the caller. */
export async function prepareMeter(sessions: Omit<Meter, 'notices'>): Promise<Meter> {
  const notices: Meter['notices'] = [];
  sessions.session.onNotice((notice) => notices.push(notice));
  await sessions.session.query({ text: talkative });
  return { ...sessions, notices };
}

/**
 * Runs a statement in the transaction that is open and reads what it did; locks are all that the transaction holds after it.
 *
 * @throws what the statement throws; the transaction is then aborted
 */
export async function measureInTransaction(meter: Meter, { sql, type }: MeasuredStatement): Promise<Measurement> {
  const { session, notices } = meter;
  const before = await listRelations.all(session, {});
  notices.length = 0;
  const started = performance.now();
  await session.query({ text: sql });
  const durationMs = Math.round(performance.now() - started);
  const held = await listHeldLocks.all(session, { backend_pid: session.backendPid });
  const after = await listRelations.all(session, {});
  return { footprint: footprintOf({ before, after, held, notices, isTruncate: type === 'TruncateStmt' }), durationMs };
}

/**
 * Runs a statement that commits by itself, such as a concurrent index build. It lasts an instant on small tables and holds its
 * locks in phases, so it is made to stop in each: another transaction with a snapshot and weak locks stands in its
 * way, its locks are read while it waits, and a younger one takes over before the older one lets go.
 *
 * @throws what the statement throws
 */
export async function measureApart(meter: Meter, { sql, type }: MeasuredStatement): Promise<Measurement> {
  const { session, watcher, notices } = meter;
  await reportScans.run(session, {});
  const before = await listRelations.all(session, {});
  const held: HeldLock[] = [];
  notices.length = 0;
  let [standing, next] = meter.fences;
  // Its lock stops every statement that takes one as strong; those of later fences must go along with a waiting build.
  await raiseFence(standing, 'share update exclusive');
  let isDone = false;
  // Settled below; a failure must not count as unhandled while we look on.
  const started = performance.now();
  const running = session.query({ text: sql }).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  void running.then(() => {
    isDone = true;
  });
  while (!isDone) {
    const { is_blocked } = await isBlockedBy.one(watcher, { backend_pid: session.backendPid, by: standing.backendPid });
    if (!is_blocked) continue;
    held.push(...(await listHeldLocks.all(watcher, { backend_pid: session.backendPid })));
    await raiseFence(next, 'row exclusive');
    await standing.query({ text: 'rollback' });
    [standing, next] = [next, standing];
  }
  const durationMs = Math.round(performance.now() - started);
  await standing.query({ text: 'rollback' });
  const failed = await running;
  if (failed) throw failed.error;
  await reportScans.run(session, {});
  const after = await listRelations.all(session, {});
  return { footprint: footprintOf({ before, after, held, notices, isTruncate: type === 'TruncateStmt' }), durationMs };
}

/** A snapshot and a lock on every table where it is free: what each phase of a concurrent statement waits for to end. */
async function raiseFence(session: Session, mode: 'share update exclusive' | 'row exclusive'): Promise<void> {
  await session.query({
    text: `begin isolation level repeatable read;
do $$
declare name text;
begin
  for name in select c.oid::regclass::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
  loop
    begin
      execute 'lock table only ' || name || ' in ${mode} mode nowait';
    exception when lock_not_available or undefined_table then null;
    end;
  end loop;
end $$`,
  });
}
