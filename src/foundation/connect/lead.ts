import { hash } from 'node:crypto';
import type { Connect, Session } from './model/types.ts';
import { tryLead } from './sql/queries/queries.gen.ts';

/** The key of an advisory lock with this name. Such locks are per database; within 2^53 the driver passes it on exactly. */
export const advisoryKey = (name: string): number => Number.parseInt(hash('sha256', name).slice(0, 13), 16);

/**
 * Becomes the one in the database of this tier who does what `name` says, or gives undefined while another is. Asks once: a session that
 * waits inside `pg_advisory_lock` holds a snapshot, for which CREATE INDEX CONCURRENTLY of the leader would wait: a deadlock. Who has to
 * wait, asks again.
 *
 * The lead goes with the session: given away by disposing it, and lost with its connection, after which another may lead at once; that of
 * a killed process half a second later. Work on the session itself ends then; who works elsewhere has to stop at `onLost`, unless two at
 * work do no harm.
 */
export async function takeLead(
  connect: Pick<Connect, 'session'>,
  request: Parameters<Connect['session']>[0] & { readonly name: string },
): Promise<Session | undefined> {
  await using cleanup = new AsyncDisposableStack();
  const session = cleanup.use(await connect.session(request));
  if (!(await tryLead.one(session, { key: advisoryKey(request.name) })).is_leader) return undefined;
  // Not every operating system has it: there the lead of a killed process stays until its statement has ended.
  await session.query({ text: "set client_connection_check_interval = '500ms'" }).catch(() => {});
  cleanup.move();
  return session;
}
