import type { Endpoint } from '../../../foundation/cluster/index.ts';
import type { Executor, Tier } from '../../../kernel/index.ts';
import { connectTo, serverName } from '../servers.ts';
import type { FoundDatabase, FoundServer } from './model/types.ts';
import {
  readDatabaseGrants,
  readDefaultPrivileges,
  readFunctions,
  readMemberships,
  readRelations,
  readRoleSettings,
  readRoles,
  readSchemas,
  readServerFunctions,
  readSession,
} from './sql/queries/queries.gen.ts';

/** A database of the platform on a server, with the tiers it holds. */
export interface Place {
  readonly endpoint: Endpoint;
  readonly tiers: readonly Tier[];
}

/** Reads all that the model is compared with, over one short connection per database. */
export async function readServer(places: readonly Place[]): Promise<FoundServer> {
  const [first] = places as [Place];
  const [server, ...databases] = await Promise.all([
    look(first, async (client) => {
      const session = await readSession.one(client, {});
      return {
        name: serverName(first.endpoint),
        session: { user: session.session_user, currentUser: session.current_user, isSuperuser: session.is_superuser },
        roles: (await readRoles.all(client, {})).map((role) => ({
          name: role.name,
          isFirst: role.is_first,
          canLogin: role.can_login,
          inherits: role.inherits,
          isSuperuser: role.is_superuser,
          bypassesRowSecurity: role.bypasses_row_security,
          canCreateRole: role.can_create_role,
          canCreateDatabase: role.can_create_database,
          canReplicate: role.can_replicate,
          connectionLimit: role.connection_limit,
          isClosed: role.is_closed,
          ...(role.expires && { expires: role.expires }),
        })),
        memberships: (await readMemberships.all(client, {})).map((found) => ({
          role: found.role,
          member: found.member,
          isAdmin: found.is_admin,
          inherits: found.inherits,
          canSet: found.can_set,
        })),
        settings: await readRoleSettings.all(client, {}),
      };
    }),
    ...places.map((place) => look(place, (client) => readDatabase(client, place.tiers))),
  ]);
  return { ...server, databases };
}

async function readDatabase(client: Executor, tiers: readonly Tier[]): Promise<FoundDatabase> {
  const session = await readSession.one(client, {});
  return {
    name: session.database,
    tiers,
    owner: session.database_owner,
    grants: (await readDatabaseGrants.all(client, {})).map(({ grantee, privileges, is_grantable }) => ({
      grantee,
      privileges,
      isGrantable: is_grantable,
    })),
    schemas: (await readSchemas.all(client, {})).map((schema) => ({ ...schema, grants: schema.grants as FoundDatabase['grants'] })),
    relations: (await readRelations.all(client, {})).map((relation) => ({
      schema: relation.schema,
      name: relation.name,
      kind: relation.kind,
      isPartition: relation.is_partition,
      owner: relation.owner,
      isInvoker: relation.is_invoker,
      grants: relation.grants as FoundDatabase['grants'],
    })),
    functions: (await readFunctions.all(client, {})).map((found) => ({
      schema: found.schema,
      signature: found.signature,
      owner: found.owner,
      isDefiner: found.is_definer,
      isEventTrigger: found.is_event_trigger,
      grants: found.grants as FoundDatabase['grants'],
    })),
    serverFunctions: await readServerFunctions.all(client, {}),
    defaults: await readDefaultPrivileges.all(client, {}),
  };
}

async function look<T>({ endpoint }: Place, read: (client: Executor) => Promise<T>): Promise<T> {
  await using client = await connectTo(endpoint);
  // Names without a schema mean the server's own here; what `regprocedure` prints is then qualified for everybody.
  await client.query("begin isolation level repeatable read read only; set local search_path = 'pg_catalog'");
  return await read(client as unknown as Executor);
}
