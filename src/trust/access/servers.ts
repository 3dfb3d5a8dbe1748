import pg from 'pg';
import type { Endpoint } from '../../foundation/cluster/index.ts';
import { closedFunctions, type DatabaseState } from './model/databases.ts';
import { declaredRoles, type RoleState } from './model/roles.ts';

/** Opens one short-lived connection; `await using` it. */
export async function connectTo(endpoint: Endpoint): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ ...endpoint, application_name: 'plinth access', connectionTimeoutMillis: 10_000 } as pg.ClientConfig);
  // A connection lost between two statements is reported by the next one.
  client.on('error', () => {});
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** The endpoints of a platform by server, each database once. */
export function groupByServer(endpoints: readonly Endpoint[]): (readonly Endpoint[])[] {
  const servers = new Map<string, Map<string, Endpoint>>();
  for (const endpoint of endpoints) {
    const key = serverName(endpoint);
    servers.set(key, (servers.get(key) ?? new Map()).set(endpoint.database, endpoint));
  }
  return [...servers.values()].map((databases) => [...databases.values()]);
}

export const serverName = (endpoint: Endpoint) => `${endpoint.host}:${endpoint.port}`;

/** The declared roles as far as they exist. */
export async function readRoles(client: pg.Client): Promise<RoleState[]> {
  const { rows } = await client.query<RoleState>(
    `select r.rolname as name, r.rolcanlogin as "canLogin", r.rolbypassrls as "bypassesRowSecurity", r.rolsuper as "isSuperuser",
       r.rolcreaterole as "canCreateRole", r.rolcreatedb as "canCreateDatabase", r.rolreplication as "canReplicate",
       array(select o.rolname::text from pg_catalog.pg_auth_members m join pg_catalog.pg_roles o on o.oid = m.roleid where m.member = r.oid) as "memberOf",
       coalesce(r.rolconfig, '{}') as settings
     from pg_catalog.pg_roles r where r.rolname = any($1)`,
    [declaredRoles.map((role) => role.name)],
  );
  return rows;
}

/** What the login that prepares a server may do; `mayRotate`: replace the passwords of the roles that it makes. */
export async function readAdministrator(client: pg.Client): Promise<{ readonly isSuperuser: boolean; readonly mayRotate: boolean }> {
  const { rows } = await client.query(
    `select pg_catalog.current_setting('is_superuser') = 'on' as "isSuperuser", r.rolsuper or r.rolcreaterole as "mayRotate"
     from pg_catalog.pg_roles r where r.rolname = current_user`,
  );
  return rows[0];
}

/** Whether the login may make others members of a role. */
export async function mayGrant(client: pg.Client, role: string): Promise<boolean> {
  const { rows } = await client.query(
    "select pg_catalog.current_setting('is_superuser') = 'on' or pg_catalog.pg_has_role($1, 'member with admin option') as may",
    [role],
  );
  return rows[0].may;
}

/** The privileges of the database that `client` is connected to. */
export async function readDatabase(client: pg.Client): Promise<DatabaseState> {
  const { rows } = await client.query<DatabaseState>(
    `select d.datname as database, pg_catalog.pg_get_userbyid(d.datdba) as owner,
       exists (select from pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a where a.grantee = 0) as "isOpen",
       exists (select from pg_catalog.pg_namespace n, pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
         where n.nspname = 'public' and a.grantee = 0) as "isPublicSchemaOpen",
       exists (select from pg_catalog.aclexplode(d.datacl) a join pg_catalog.pg_roles r on r.oid = a.grantee
         where r.rolname = 'plinth_app' and a.privilege_type = 'CONNECT') as "appMayConnect",
       array(select 'pg_catalog.' || p.oid::regprocedure::text from pg_catalog.pg_proc p
         where p.pronamespace = 'pg_catalog'::regnamespace and p.proname = any($1)
           and exists (select from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a where a.grantee = 0)
         order by p.oid) as "openFunctions",
       exists (select from pg_catalog.pg_language l, pg_catalog.aclexplode(coalesce(l.lanacl, pg_catalog.acldefault('l', l.lanowner))) a
         where l.lanname = 'plpgsql' and a.grantee = 0) as "isPlpgsqlOpen"
     from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`,
    [closedFunctions],
  );
  return rows[0] as DatabaseState;
}
