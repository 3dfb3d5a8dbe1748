import { afterAll, expect, test } from 'vitest';
import { uuidv7 } from '../../../../kernel/index.ts';
import { partsFixture } from '../../test/parts-fixture.ts';

const fixture = await partsFixture();
const { audit, tenancy, connect, events, platform } = fixture;
const { client } = platform.databases.oltp;
afterAll(() => fixture[Symbol.asyncDispose]());

test('[I26] what was done before the trail was open is in it: the migrations that made it', async () => {
  const runs = await events("action = 'migrate.up'");
  expect(runs.length).toBeGreaterThan(0);
  expect(runs[0]).toMatchObject({ kind: 'operation', is_success: true, target_type: 'run', compliance_flags: ['SOX'] });
  expect(JSON.stringify(runs[0]?.details)).toContain('oltp:audit/0001_create_trail');
});

test('[I26] an administrative action is in the trail, whether it succeeds or fails', async () => {
  const { id } = await tenancy.create({ slug: 'northwind' });
  await expect(tenancy.create({ slug: 'Not A Slug' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_BAD_SLUG' });
  await audit.settled();
  const [made, refused] = await events("action = 'tenancy.create'");
  expect(made).toMatchObject({ tenant_id: id, is_success: true, target_type: 'tenant', target_id: 'northwind' });
  expect(made?.duration_ms).toBeGreaterThan(0);
  expect(refused).toMatchObject({ is_success: false, details: { reason: 'PLINTH_TENANCY_BAD_SLUG' } });
});

test('[I26] a refused attempt is in the trail, and the rollback of the refused work does not take it out', async () => {
  const { id: tenantId } = await tenancy.find('northwind');
  const userId = uuidv7();
  await expect(tenancy.run({ tenantId, userId }, { tier: 'oltp', tag: 'test' }, async () => {})).rejects.toThrow();
  await audit.settled();
  expect(await events("action = 'security.unauthorized_access' and user_id = $1", [userId])).toMatchObject([
    { tenant_id: tenantId, is_success: false, compliance_flags: ['HIPAA'], details: { attempted: 'tenant_context_validation' } },
  ]);
});

test('[I27] whoever changes the schema, it is in the trail, with what was made, granted and dropped', async () => {
  await client.query('create table public.loose (id int primary key, name text)');
  await client.query('grant select on public.loose to plinth_app');
  await client.query("comment on table public.loose is 'no change'");
  await client.query('drop table public.loose');
  const found = await events("action ~ '^ddl.*(table|grant)$' and database_user = $1", [
    (await client.query('select session_user as name')).rows[0].name,
  ]);
  expect(found.map(({ action, target_type, target_id }) => [action, target_type, target_id])).toEqual([
    ['ddl.create-table', 'table', 'public.loose'],
    ['ddl.grant', 'TABLE', null],
    ['ddl.drop-table', 'table', 'public.loose'],
  ]);
  expect(JSON.stringify(found[0]?.details)).toContain('public.loose');
});

test('[I27] a change that is rolled back is no event, and a temporary table is none', async () => {
  const before = (await events("action like 'ddl.%'")).length;
  await client.query('begin; create table public.never (id int); rollback');
  await client.query('create temporary table aside (id int); drop table aside');
  expect(await events("action like 'ddl.%'")).toHaveLength(before);
});

test('[I27] the trail never stands in the way of a change of the schema', async () => {
  await client.query('alter table audit.events rename to events_away');
  await client.query('create table public.mended (id int)');
  await client.query('alter table audit.events_away rename to events');
  await client.query('drop table public.mended');
  expect((await events("action = 'ddl.create-table' and details::text like '%mended%'")).length).toBe(0);
  expect((await events("action = 'ddl.drop-table' and target_id = 'public.mended'")).length).toBe(1);
});

test('[I28] sessions that go past Plinth are told apart from its own, by login and not by what they call themselves', async () => {
  await client.query("set application_name = 'plinth:innocent'");
  const sessions = await audit.outsideSessions();
  const { rows } = await client.query('select pg_backend_pid() as pid');
  expect(sessions.filter(({ backendPid }) => backendPid === rows[0].pid)).toMatchObject([
    { isPowerful: true, applicationName: 'plinth:innocent' },
  ]);
  await connect.transaction({ tier: 'oltp', as: 'owner', tag: 'test.inside' }, async (tx) => {
    const { rows: own } = await tx.query({ text: 'select pg_backend_pid() as pid' });
    expect((await audit.outsideSessions()).map(({ backendPid }) => backendPid)).not.toContain(own[0].pid);
  });
});
