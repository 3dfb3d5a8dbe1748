import { afterAll, expect, test } from 'vitest';
import { connectTo, until } from '../../../../../tests/support/index.ts';
import { partsFixture } from '../../test/parts-fixture.ts';

const fixture = await partsFixture({ isApart: true });
const { audit, tenancy, platform } = fixture;
const { oltp, content, olap } = platform.databases;
afterAll(() => fixture[Symbol.asyncDispose]());

const { id: tenantId } = await tenancy.create({ slug: 'acme' });
const { userId } = await tenancy.addUser({ tenantId, email: 'ann@acme.example', role: 'member' });
await audit.settled();
const insert = `insert into audit.events (tenant_id, user_id, kind, action, target_type, target_id, compliance_flags, origin, details, is_success)
  values ($1, $2, $3, $4, 'table', 'shop.orders', $5, '{"userAgent": "browser", "sessionId": "s"}', '{"severity": "high"}', $3 <> 'operation')`;
const put = (database: typeof oltp, kind: string, action: string, user: string | null, flags: readonly string[] = []) =>
  database.client.query(insert, [tenantId, user, kind, action, flags]);
const logs = async () =>
  (await olap.client.query('select * from audit.admin_audit_logs where tenant_id = $1 order by created', [tenantId])).rows;
const system = async (type: string) =>
  (await olap.client.query('select * from audit.admin_system_events where event_type = $1', [type])).rows;
/** An event is copied once no transaction is older, and others work on this server too. */
const fed = (isThere: () => Promise<boolean>) =>
  until(
    async () => {
      await audit.longTerm.feed();
      return isThere();
    },
    { what: 'the events to be copied' },
  );
const perEvent = async () =>
  (
    await olap.client.query(
      'select max(n)::int as most from (select count(*) as n from (select tier, id from audit.admin_audit_logs union all select tier, id from audit.admin_system_events) a group by tier, id) b',
    )
  ).rows[0].most;

test('[I30] events of all tiers are in OLAP: those of users, those of the platform, and changes that a regulation wants', async () => {
  await put(oltp, 'access', 'read', userId, ['GDPR']);
  await put(content, 'change', 'update', userId, ['SOX']);
  await put(content, 'change', 'insert', userId);
  await put(oltp, 'operation', 'security.told', null);
  await fed(async () => (await system('security.told')).length > 0 && (await logs()).some(({ action }) => action === 'update'));
  expect((await logs()).filter(({ actor_id }) => actor_id === userId)).toMatchObject([
    { tier: 'oltp', action: 'read', compliance_flags: ['GDPR'], user_agent: 'browser', session_id: 's' },
    { tier: 'content', action: 'update', compliance_flags: ['SOX'] },
  ]);
  expect(await system('security.told')).toMatchObject([
    { severity: 'high', source: 'security', message: 'security.told table shop.orders (refused or failed)' },
  ]);
  expect(await perEvent()).toBe(1);
});

test('[I30] an event whose transaction ends late is copied then, and each is copied once', async () => {
  await using slow = await connectTo(oltp.endpoint, 'tests/late');
  await slow.query('begin');
  await slow.query(insert, [tenantId, userId, 'access', 'late', []]);
  await put(oltp, 'access', 'early', userId);
  await audit.longTerm.feed();
  expect((await logs()).map(({ action }) => action)).not.toContain('late');
  await slow.query('commit');
  await fed(async () => (await logs()).some(({ action }) => action === 'late'));
  await audit.longTerm.feed();
  const actions = (await logs()).map(({ action }) => action);
  expect(actions.filter((action) => action === 'late' || action === 'early').sort()).toEqual(['early', 'late']);
  expect(await perEvent()).toBe(1);
});

test('[I30] stopped between reading and writing, or run twice at once, no event is there twice', async () => {
  await put(oltp, 'access', 'interrupted', userId);
  await olap.client.query("alter table audit.admin_audit_logs add constraint stopped check (action <> 'interrupted') not valid");
  const isStopped = () =>
    audit.longTerm.feed().then(
      () => false,
      () => true,
    );
  await until(isStopped, { what: 'the copy to be stopped' });
  await olap.client.query('alter table audit.admin_audit_logs drop constraint stopped');
  await Promise.all([audit.longTerm.feed(), audit.longTerm.feed(), audit.longTerm.feed()]);
  expect((await logs()).filter(({ action }) => action === 'interrupted')).toHaveLength(1);
  expect(await perEvent()).toBe(1);
});
