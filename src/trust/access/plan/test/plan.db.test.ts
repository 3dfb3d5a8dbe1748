import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTo, spawnScript, until } from '../../../../../tests/support/index.ts';
import type { Access } from '../../model/types.ts';
import type { AccessOptions } from '../../options.ts';
import type { AccessParts } from '../../parts.ts';
import { type OwnServer, openOwnServer, productStatements } from '../../test/own-server.ts';

const options: AccessOptions = {
  environment: 'development',
  accounts: [
    { name: 'reporting', kind: 'service', memberOf: ['plinth_readonly'] },
    { name: 'ann', kind: 'person', memberOf: ['plinth_readonly'] },
  ],
  grants: [{ role: 'reporting', on: 'shop.totals', privileges: ['select'] }],
};

let server: OwnServer;
let access: Access & AccessParts;
const open = async () => (await access.plans.plan()).differences.filter(({ statements }) => statements.length > 0);

beforeAll(async () => {
  server = await openOwnServer();
  access = await server.access(options);
  await server.run(...productStatements);
});
afterAll(() => server?.[Symbol.asyncDispose]());

test('[I8] a plan changes nothing', async () => {
  const before = await access.plans.plan();
  expect(before.differences.length).toBeGreaterThan(20);
  expect(await access.plans.plan()).toEqual(before);
});

test('[I8] apply killed between roles and grants is completed by the next; then nothing is left', async () => {
  await using blocker = await connectTo(server.endpoint);
  // The roles of the server are committed; the grants in this database have to wait for another that is not.
  await blocker.query('begin; grant select on shop.prices to plinth_app');
  const given = { endpoint: server.endpoint, dataDir: server.dataDir };
  await using child = spawnScript(new URL('apply-child.ts', import.meta.url), { args: [JSON.stringify({ ...given, options })] });
  // Of its own: inside a transaction the activity of others stands still.
  await using watcher = await connectTo(server.endpoint);
  const blocked = await until(
    async () => {
      const { rows } = await watcher.query(
        "select pid from pg_stat_activity where application_name = 'plinth access' and wait_event_type = 'Lock'",
      );
      return rows.length > 0 ? rows : undefined;
    },
    { what: 'apply waits for the lock' },
  );
  expect(blocked).toHaveLength(1);
  await child.kill9();
  // The server notices a lost client late, and would finish what it was sent.
  await watcher.query('select pg_terminate_backend($1, 5000)', [blocked?.[0].pid]);
  await blocker.query('rollback');
  const missing = (await access.plans.plan()).differences.filter(({ kind }) => kind === 'create' || kind === 'grant');
  expect(missing.some(({ kind }) => kind === 'create')).toBe(false);
  expect(missing.map(({ what }) => what)).toContainEqual(expect.stringContaining('plinth_readonly lacks'));
  const { applied, left } = await access.plans.apply();
  expect(applied.length).toBeGreaterThan(0);
  expect(left.filter(({ statements }) => statements.length > 0)).toEqual([]);
  expect(await open()).toEqual([]);
  expect((await access.plans.apply()).applied).toEqual([]);
  expect(server.told.filter(({ kind }) => kind === 'audited')).toHaveLength(1);
});

test('[I3] what the start made and what apply made do not contradict each other', async () => {
  expect(await access.applyRoles()).toEqual({ applied: [], limits: [] });
});

test('[I2] a role of the start that was changed by hand stops the start, and is set right where that is asked for', async () => {
  await server.run('alter role plinth_app createdb', 'alter role plinth_migrator reset role', 'grant pg_read_all_data to plinth_app');
  await expect(access.applyRoles()).rejects.toMatchObject({
    code: 'PLINTH_ACCESS_ROLE_DIFFERS',
    message: expect.stringContaining('plinth access apply --overwrite'),
  });
  await access.plans.apply({ isOverwriting: true });
  expect(await access.applyRoles()).toEqual({ applied: [], limits: [] });
});

test('[I8] a role without a password yet lets nobody in', async () => {
  const { rows } = await query(
    "select rolname from pg_roles where rolcanlogin and rolname ~ '^(plinth_(worker|monitor|backup|rewind|admin|api)|reporting|ann)$' and rolvaliduntil <> '-infinity'",
  );
  expect(rows).toEqual([]);
});

async function query(text: string) {
  await using client = await connectTo(server.endpoint);
  return await client.query(text);
}

type ByHand = readonly (readonly [check: string, change: string, finding: string])[];

// None of a round hides another; those of the second would.
const rounds: readonly ByHand[] = [
  [
    ['A07', 'alter role plinth_readonly bypassrls', 'plinth_readonly has bypassrls'],
    ['A07', 'alter role plinth_worker createrole', 'plinth_worker has createrole'],
    ['A07', 'alter role plinth_analyst login', 'plinth_analyst may log in'],
    ['A07', 'alter role plinth_api inherit', 'plinth_api has inherit'],
    ['A07', 'create role stranger_a superuser', 'stranger_a, which the model does not know, has superuser'],
    ['A07', 'create role stranger_b bypassrls replication', 'stranger_b, which the model does not know, has bypassrls'],
    ['A08', 'grant plinth_owner to plinth_worker', 'plinth_worker is a member of plinth_owner'],
    ['A08', 'grant pg_read_all_data to reporting', 'reporting is a member of pg_read_all_data'],
    ['A08', 'grant plinth_readonly to reporting with admin option', 'reporting may give plinth_readonly to others'],
    ['A08', 'create role stranger_c; grant plinth_app to stranger_c', 'stranger_c is a member of plinth_app'],
    ['A08', 'revoke pg_monitor from plinth_monitor', 'plinth_monitor is no member of pg_monitor'],
    ['A08', 'grant plinth_owner to plinth_admin with inherit true', 'plinth_admin is a member of plinth_owner with inherit true, set true'],
    ['A09', 'create table shop.made_by_hand (id int)', 'shop.made_by_hand belongs to postgres'],
    ['A09', 'create schema made_by_hand authorization plinth_app', 'schema made_by_hand belongs to plinth_app'],
    ['A09', 'alter table shop.ledger owner to plinth_app', 'shop.ledger belongs to plinth_app'],
    ['A09', 'create function shop.f() returns int language sql return 1', 'function shop.f() belongs to postgres'],
    ['A10', 'alter role plinth_api connection limit 9999', 'plinth_api has a connection limit of 9999 instead of 100'],
    ['A10', "alter role plinth_app set statement_timeout to '3d'", 'plinth_app has statement_timeout = 3d instead of 600000'],
    [
      'A10',
      'alter role plinth_api reset idle_in_transaction_session_timeout',
      'plinth_api lacks idle_in_transaction_session_timeout = 300000',
    ],
    ['A11', 'alter role plinth_app set row_security to off', 'plinth_app begins with row_security = off, which the model does not know'],
    [
      'A11',
      'alter database oltp set search_path to shop',
      'everybody in oltp begins with search_path = shop, which the model does not know',
    ],
    [
      'A11',
      "alter role ann in database oltp set role to 'plinth_owner'",
      'ann in oltp begins with role = plinth_owner, which the model does not know',
    ],
    ['A17', 'grant truncate on shop.orders to plinth_app', 'plinth_app has TRUNCATE on shop.orders'],
    ['A17', 'grant select on shop.prices to plinth_app with grant option', 'plinth_app may pass on what it has on shop.prices'],
    ['A17', 'grant select on vault.keys to plinth_readonly', 'plinth_readonly has SELECT on vault.keys'],
    ['A17', 'grant select (key) on vault.keys to plinth_readonly', 'plinth_readonly has SELECT on vault.keys (key)'],
    ['A17', 'grant select on shop.prices to public', 'public has SELECT on shop.prices'],
    ['A17', 'create role stranger_d; grant update on shop.orders to stranger_d', 'stranger_d has UPDATE on shop.orders'],
    ['A17', 'grant create on schema shop to plinth_app', 'plinth_app has CREATE on schema shop'],
    ['A17', 'grant temporary on database oltp to public', 'public has TEMPORARY on database oltp'],
    ['A17', 'grant usage on schema vault to public', 'public has USAGE on schema vault'],
    ['A17', 'revoke usage on schema shop from plinth_readonly', 'plinth_readonly lacks USAGE on schema "shop"'],
    [
      'A17',
      'grant execute on function pg_read_file(text) to reporting',
      "reporting has EXECUTE on the server's function pg_catalog.pg_read_file(text)",
    ],
    [
      'A17',
      'revoke execute on function pg_ls_dir(text, boolean, boolean) from plinth_rewind',
      'plinth_rewind lacks EXECUTE on pg_catalog.pg_ls_dir(text,boolean,boolean)',
    ],
    [
      'A17',
      'alter default privileges for role plinth_owner grant select on tables to ann',
      'ann will have SELECT on tables that plinth_owner makes',
    ],
    [
      'A17',
      'set role plinth_owner; create function shop.g() returns int language sql security definer return 1; reset role',
      'public has EXECUTE on function shop.g()',
    ],
  ],
  [
    ['A07', 'drop owned by plinth_monitor; drop role plinth_monitor', 'role plinth_monitor is missing'],
    ['A17', 'revoke select on shop.prices from plinth_readonly', 'plinth_readonly lacks SELECT on "shop"."prices"'],
  ],
];

test.each(rounds.map((round, index) => [index + 1, round] as const))(
  '[I9] what somebody did by hand is found, named, and undone by what the plan says: round %i',
  async (_, round) => {
    for (const [, change] of round) await server.run(...change.split('; '));
    const found = await open();
    expect(found.map(({ check, what }) => `${check} ${what}`)).toEqual(
      expect.arrayContaining(round.map(([check, , finding]) => `${check} ${finding}`)),
    );
    const careful = await access.plans.apply();
    for (const [, , finding] of round) {
      const isAddition = found.filter(({ what }) => what === finding).every(({ kind }) => kind === 'create' || kind === 'grant');
      expect([finding, careful.left.some(({ what }) => what === finding)]).toEqual([finding, !isAddition]);
    }
    await access.plans.apply({ isOverwriting: true });
    expect(await open()).toEqual([]);
    await server.run(
      'drop table if exists shop.made_by_hand',
      'drop schema if exists made_by_hand',
      'drop function if exists shop.f(), shop.g()',
      'drop role if exists stranger_a, stranger_b, stranger_c, stranger_d',
    );
  },
);

test('[I9] a line of the configuration with a reason allows a difference, which is then left alone', async () => {
  await server.run('create role stranger createdb');
  const waived = await server.access({ ...options, waivers: [{ check: 'A07', subject: 'stranger', reason: 'makes scratch databases' }] });
  const plan = await waived.plans.plan();
  expect(plan.differences.filter(({ role }) => role === 'stranger')).toEqual([]);
  expect(plan.waived).toMatchObject([{ role: 'stranger', because: 'makes scratch databases' }]);
  expect((await waived.plans.apply({ isOverwriting: true })).applied).toEqual([]);
  expect((await query("select rolcreatedb from pg_roles where rolname = 'stranger'")).rows).toEqual([{ rolcreatedb: true }]);
  await server.run('drop role stranger');
});

test('[I10] the last superuser that can log in is not taken away', async () => {
  await server.run("create role second superuser login password 'second-password-of-this-test'", 'alter role postgres nologin');
  const second = { ...server.endpoint, user: 'second', password: 'second-password-of-this-test' };
  try {
    await expect(access.plans.plan()).rejects.toThrow('not permitted to log in');
    const asSecond = server.partsAs(second, options, 'attached');
    await expect(asSecond.plans.apply({ isOverwriting: true })).rejects.toMatchObject({ code: 'PLINTH_ACCESS_LAST_SUPERUSER' });
    await using client = await connectTo(second);
    await client.query('alter role postgres login');
    await expect(asSecond.plans.apply({ isOverwriting: true })).rejects.toMatchObject({ code: 'PLINTH_ACCESS_LOCKED_OUT' });
  } finally {
    await using client = await connectTo(second);
    await client.query('alter role postgres login');
  }
  await server.run('drop role second');
});

test('[I8] where data is masked, readers lose the tables and keep views', async () => {
  const { differences } = await access.plans.plan('production');
  const revoked = differences.filter(({ kind, role }) => kind === 'revoke' && role === 'plinth_readonly').map(({ what }) => what);
  expect(revoked).toContain('plinth_readonly has SELECT on shop.prices');
  expect(differences.map(({ what }) => what)).toContain('ann may log in');
  expect(differences.map(({ what }) => what)).toContain('ann is a member of plinth_owner');
});
