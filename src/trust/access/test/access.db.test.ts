import { afterAll, expect, inject, test } from 'vitest';
import { connectTo, endpointOf, testPasswords as options, testDatabase } from '../../../../tests/support/index.ts';
import { silentLog, systemClock } from '../../../kernel/index.ts';
import { openAccess } from '../access.ts';
import { scramVerifier } from '../model/scram.ts';

const database = await testDatabase();
const access = await openAccess(
  { endpoint: () => database.endpoint, dataDir: '/nonexistent', clock: systemClock, log: silentLog },
  options,
);
const first = await access.applyRoles();

const login = async (role: 'app' | 'owner') => connectTo({ ...database.endpoint, ...(await access.credentials.login(role, 'oltp')) });
const app = await login('app');
const owner = await login('owner');
afterAll(() => Promise.all([app.end(), owner.end()]));

test('[I3] the second time there is nothing to do', async () => {
  expect(first.applied.length).toBeGreaterThan(0);
  expect(await access.applyRoles()).toEqual({ applied: [], limits: [] });
});

test('[I7] the owner sees what the application does', async () => {
  const pid = (await app.query('select pg_backend_pid() as pid')).rows[0].pid;
  expect((await owner.query('select state from pg_stat_activity where pid = $1', [pid])).rows).toEqual([{ state: 'idle' }]);
});

test('[I1] the owner login is the owner of objects, the application owns nothing', async () => {
  expect((await owner.query('select current_user, session_user')).rows).toEqual([
    { current_user: 'plinth_owner', session_user: 'plinth_migrator' },
  ]);
  await owner.query('do $$ begin end $$');
  await owner.query('create schema things; create table things.secrets (id int); grant usage on schema things to plinth_app');
  await expect(app.query('table things.secrets')).rejects.toThrow('permission denied');
});

test.each([
  ['create schema', 'create schema own'],
  ['objects in public', 'create table public.own (id int)'],
  ['temporary tables', 'create temporary table own (id int)'],
  ['temporary functions', "create function pg_temp.own() returns int language sql as 'select 1'"],
  ['becoming the owner', 'set role plinth_owner'],
  ['programs', "copy (select 1) to program 'cat'"],
  ['files', "copy (select 1) to '/tmp/plinth-never'"],
  ['large objects', 'select lo_create(0)'],
  ['large object contents', "select lo_from_bytea(0, 'x')"],
  ['statements of other sessions', 'select query from pg_stat_activity'],
  ['passwords', 'select rolpassword from pg_authid'],
  ['code of its own', 'do $$ begin end $$'],
])('[I1] the application may not reach %s', async (_, statement) => {
  await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' });
});

test('[I5] the verifier is the one the server itself computes, and the clear password is not sent', async () => {
  const role = `${database.name}_role`;
  await database.client.query(`create role ${role} password 'correct horse battery staple'`);
  const { rows } = await database.client.query('select rolpassword from pg_authid where rolname = $1', [role]);
  await database.client.query(`drop role ${role}`);
  const salt = Buffer.from(rows[0].rolpassword.split(':')[1].split('$')[0], 'base64');
  expect(scramVerifier('correct horse battery staple', salt)).toBe(rows[0].rolpassword);
  expect(first.applied.join('\n')).not.toContain(options.appPassword);
});

test('[I6] without the right to do it, the error says what an administrator has to run', async () => {
  const role = `${database.name}_lowly`;
  const other = await testDatabase();
  await database.client.query(`create role ${role} login password 'lowly'`);
  const lowly = { ...endpointOf(inject('serverUrl')), database: other.name, user: role, password: 'lowly' };
  const attempt = await openAccess({ endpoint: () => lowly, dataDir: '/nonexistent', clock: systemClock, log: silentLog }, options);
  await expect(attempt.applyRoles()).rejects.toMatchObject({
    code: 'PLINTH_ACCESS_NOT_ALLOWED',
    message: expect.stringContaining(`alter database "${other.name}" owner to plinth_owner;`),
  });
  await database.client.query(`drop role ${role}`);
});
