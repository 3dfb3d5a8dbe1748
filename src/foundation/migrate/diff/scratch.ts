import { messageOf, quoteIdentifier } from '../../../kernel/index.ts';
import { type Endpoint, withClient } from '../../cluster/index.ts';
import { compareSnapshots, type Described, describeDatabase, type SnapshotObject } from '../snapshot/index.ts';
import { diffErrors } from './errors.ts';
import { planDiff } from './model/plan.ts';
import { refuseSecrets } from './model/uncommon.ts';
import type { PlanStatement } from './types.ts';

export type Client = Parameters<Parameters<typeof withClient>[1]>[0];

/** Reads a database in one repeatable-read transaction. */
export async function describeOn(client: Client, schemas: readonly string[] | undefined): Promise<Described> {
  await client.query({ text: 'begin isolation level repeatable read read only' });
  try {
    return await describeDatabase(client, schemas ? { schemas } : {});
  } finally {
    await client.query({ text: 'rollback' });
  }
}

/** Where a plan is tried: a database on a throwaway server, with the roles that either side names. */
export interface Scratch {
  readonly endpoint: Endpoint;
  readonly schemas?: readonly string[];
  /** Who runs plans on the real database. */
  readonly creator: string;
}

/** Makes the roles that owners and grants name; passwords and attributes are no part of a schema. */
export async function makeRoles(client: Client, sides: readonly Described[], creator: string): Promise<void> {
  const named = new Set([creator, ...sides.flatMap(({ snapshot }) => [...snapshot.objects.values()].flatMap(rolesOf))]);
  const { rows } = await client.query({ text: 'select rolname::text as name from pg_catalog.pg_roles' });
  for (const { name } of rows) named.delete(name);
  named.delete('public');
  // What the creator may do is the real server's to say; here nothing but the schema is tried.
  for (const role of named) await client.query({ text: `create role ${quoteIdentifier(role)}${role === creator ? ' superuser' : ''}` });
}

function rolesOf({ name, kind, body }: SnapshotObject): string[] {
  const { owner, acl, roles, columns } = body as {
    readonly owner?: string;
    readonly acl?: object;
    readonly roles?: readonly string[];
    readonly columns?: Readonly<Record<string, { readonly acl?: object }>>;
  };
  const grantees = [acl, ...Object.values(columns ?? {}).map((column) => column.acl)].flatMap((list) => Object.keys(list ?? {}));
  const forRole = kind === 'default privileges' ? [/ for (.*)$/s.exec(name)?.[1] ?? ''] : [];
  return [...(owner === undefined ? [] : [owner]), ...(roles ?? []), ...grantees.flatMap((one) => one.split(' by ')), ...forRole].filter(
    Boolean,
  );
}

/**
 * Finds the statements from `from` to `to` and runs them on the scratch database, which is brought into the state `from` first.
 *
 * @param renames statements that come before everything else
 * @throws PLINTH_MIGRATE_PLAN_FAILED, PLINTH_MIGRATE_DIFF_NOT_EMPTY, PLINTH_MIGRATE_CANNOT_EXPRESS
 */
export async function provenPlan(
  scratch: Scratch,
  from: Described,
  to: Described,
  renames: readonly PlanStatement[],
): Promise<{ readonly statements: readonly PlanStatement[]; readonly reordered: readonly string[] }> {
  return withClient(scratch.endpoint, async (client) => {
    await makeRoles(client, [from, to], scratch.creator);
    await client.query({ text: `set role ${quoteIdentifier(scratch.creator)}` });
    await client.query({ text: 'set check_function_bodies = off' });
    const describe = () => describeOn(client, scratch.schemas);
    await reach(client, describe, from, planDiff(await describe(), from, scratch.creator));
    for (const { sql } of renames) await run(client, sql);
    const renamed = renames.length > 0 ? await describe() : from;
    const statements = planDiff(renamed, to, scratch.creator);
    refuseSecrets(statements);
    const { reordered } = await reach(client, describe, to, statements);
    return { statements: [...renames, ...statements], reordered };
  });

  async function reach(client: Client, describe: () => Promise<Described>, wanted: Described, statements: readonly PlanStatement[]) {
    for (const { sql } of statements) if (!sql.startsWith('set local ')) await run(client, sql);
    const found = await describe();
    const differences = compareSnapshots(wanted.snapshot, found.snapshot);
    const left = differences
      .filter(({ change }) => change !== 'reordered')
      .map(({ identity, change, path }) => `${identity} ${path ?? ''} ${change}`);
    const again = left.length > 0 ? [] : planDiff(found, wanted, scratch.creator).map(({ sql }) => sql);
    if (left.length + again.length > 0) throw diffErrors.DIFF_NOT_EMPTY({ left: [...left, ...again] });
    return { reordered: differences.filter(({ change }) => change === 'reordered').map(({ identity }) => identity) };
  }
}

async function run(client: Client, sql: string): Promise<void> {
  try {
    await client.query({ text: sql });
  } catch (error) {
    throw diffErrors.PLAN_FAILED({ sql, reason: messageOf(error) }, { cause: error });
  }
}

/** An empty database, or a copy of `template`, on the throwaway server. */
export async function createScratch(admin: Endpoint, name: string, template: string): Promise<Endpoint> {
  const [database, source] = [quoteIdentifier(name), quoteIdentifier(template)];
  await withClient({ ...admin, database: 'postgres' }, async (client) => {
    // The shadow's own pools may have sessions there; they connect again when they have to.
    await client.query({
      text: 'select pg_catalog.pg_terminate_backend(pid, 5000) from pg_catalog.pg_stat_activity where datname = $1',
      values: [template],
    });
    await client.query({ text: `create database ${database} template ${source}` });
  });
  return { ...admin, database: name };
}
