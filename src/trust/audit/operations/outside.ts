import { type Connect, distinctDatabases } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import { listOutsideSessions } from './sql/queries/queries.gen.ts';

/** A session of which the trail sees changes of tracked tables and of the schema only: it does not go through Plinth. */
export interface OutsideSession {
  readonly tier: Tier;
  readonly databaseUser: string;
  /** As the session says it. */
  readonly applicationName: string;
  /** Null on a socket of the same machine. */
  readonly clientAddress: string | null;
  /** Could change the trail itself, though not unseen: a superuser, or whoever may become the owner. */
  readonly isPowerful: boolean;
  readonly backendPid: number;
  readonly started: Date;
}

/** Sessions by other logins than the platform's, or under its owner's login without its name. Reads `pg_stat_activity`. */
export async function outsideSessions(connect: Connect): Promise<readonly OutsideSession[]> {
  const perDatabase = distinctDatabases(connect).map((tier) =>
    connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'audit.outside' }, async (tx) =>
      (await listOutsideSessions.all(tx, {})).map((row) => ({
        tier,
        databaseUser: row.database_user,
        applicationName: row.application_name,
        clientAddress: row.client_address,
        isPowerful: row.is_powerful,
        backendPid: row.backend_pid,
        started: row.started,
      })),
    ),
  );
  return (await Promise.all(perDatabase)).flat();
}
