import { afterAll, expect, test } from 'vitest';
import { fakeClock, until } from '../../../../../tests/support/index.ts';
import { createEventBus, type KernelEvents } from '../../../../kernel/index.ts';
import { partsFixture } from '../../test/parts-fixture.ts';
import { openAnomalies } from '../anomalies.ts';

const fixture = await partsFixture();
const { audit, tenancy, connect, owner, platform } = fixture;
const { client } = platform.databases.oltp;
afterAll(() => fixture[Symbol.asyncDispose]());

const hourMs = 3_600_000;
const monday = Date.UTC(2026, 0, 5);
const { id: tenantId } = await tenancy.create({ slug: 'acme' });
const { userId } = await tenancy.addUser({ tenantId, email: 'ann@acme.example', role: 'member' });

/** So many events of the user in an hour, one after the other. */
const work = (start: number, count: number) =>
  client.query(
    `insert into audit.events (created, tenant_id, user_id, kind, action, target_type, target_id, row_count, origin)
     select $1::timestamptz + i * interval '1 second', $2, $3, 'change', 'update', 'table', 'shop.orders', 1, '{"clientAddress":"10.0.0.1"}'
     from generate_series(1, $4) i`,
    [new Date(start), tenantId, userId, count],
  );

const clock = fakeClock(new Date(monday));
const raised: KernelEvents['security'][] = [];
const events = createEventBus();
events.on('security', (event) => raised.push(event));
const anomalies = openAnomalies({ connect, clock, events });
const advanceTo = (time: number) => clock.advance(time - clock.now().getTime());

// What opening the platform wrote is of now; the story is told in another time.
await client.query("insert into audit.cursors (name, reached) values ('anomalies', $1)", [new Date(monday)]);
for (let day = 0; day < 5; day++)
  for (let hour = 9; hour < 17; hour++) await work(monday + (day * 24 + hour) * hourMs, 20 + ((day * 7 + hour * 3) % 9));

test('[I22] while too little is known nothing is raised, and it is said', async () => {
  await advanceTo(monday + (3 * 24 + 12) * hourMs);
  const judged = await anomalies.judge();
  expect(judged).toMatchObject({ hours: 83, judged: 0, raised: 0 });
  expect(judged.tooNew).toBe(3 * 8 + 2);
});

test('[I23] an hour is judged once it has ended and settled, and each only once', async () => {
  await advanceTo(monday + 5 * 24 * hourMs + 4 * 60_000);
  expect(await anomalies.judge()).toMatchObject({ hours: 36 });
  await clock.advance(60_000);
  expect(await anomalies.judge()).toMatchObject({ hours: 1 });
  expect(await anomalies.judge()).toMatchObject({ hours: 0 });
  expect(raised).toEqual([]);
});

const unusual = monday + (7 * 24 + 10) * hourMs;

test('[I23] a deviation raises one security event, with the evidence', async () => {
  await work(unusual, 400);
  await advanceTo(unusual + 2 * hourMs);
  expect(await anomalies.judge()).toMatchObject({ judged: 1, raised: 2 });
  expect(raised).toMatchObject([
    {
      eventType: 'anomaly.volume',
      tenantId,
      userId,
      success: true,
      reason: expect.stringMatching(/^400 events in an hour; usual are 2\d/),
    },
    { eventType: 'anomaly.rows', tenantId, userId },
  ]);
  expect(await anomalies.list()).toMatchObject([
    { tenant: 'acme', user: 'ann@acme.example', occurrences: 1, expected: null },
    { tenant: 'acme', user: 'ann@acme.example' },
  ]);
});

test('[I23] the same again within a day is counted and not raised', async () => {
  await work(unusual + 2 * hourMs, 450);
  await advanceTo(unusual + 4 * hourMs);
  expect(await anomalies.judge()).toMatchObject({ raised: 0 });
  expect(raised).toHaveLength(2);
  expect((await anomalies.list()).map(({ occurrences, observed }) => [occurrences, observed])).toEqual([
    [2, 450],
    [2, 450],
  ]);
});

test('[I23] what is expected is not raised again, until it is more than that; it can be taken back', async () => {
  for (const { id } of await anomalies.list()) await anomalies.expect({ id, by: 'ops', because: 'import' });
  expect(await anomalies.list()).toEqual([]);
  expect((await anomalies.list({ withExpected: true }))[0]?.expected).toMatchObject({ by: 'ops', because: 'import' });
  await work(unusual + 48 * hourMs, 440);
  await advanceTo(unusual + 50 * hourMs);
  expect(await anomalies.judge()).toMatchObject({ raised: 0 });
  await work(unusual + 72 * hourMs, 2_000);
  await advanceTo(unusual + 74 * hourMs);
  expect((await anomalies.judge()).raised).toBe(2);
  const [first] = await anomalies.list();
  expect(first).toMatchObject({ observed: 2_000, expected: null });
  const { id = '' } = first ?? {};
  await anomalies.expect({ id, by: 'ops', because: 'again' });
  await anomalies.unexpect({ id, by: 'ops' });
  expect((await anomalies.list()).map((one) => one.id)).toContain(id);
  await expect(anomalies.unexpect({ id, by: 'ops' })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_UNKNOWN_ANOMALY' });
  await expect(anomalies.expect({ id: 'nothing', by: 'ops', because: 'x' })).rejects.toMatchObject({
    code: 'PLINTH_AUDIT_UNKNOWN_ANOMALY',
  });
});

test('[I23] killed between judging and telling, it is told by the next call', async () => {
  await owner('update audit.anomalies set is_told = false');
  const before = raised.length;
  expect(await anomalies.judge()).toMatchObject({ hours: 0 });
  expect(raised).toHaveLength(before + 2);
  await anomalies.judge();
  expect(raised).toHaveLength(before + 2);
});

test('[I23] killed in the middle of an hour, nothing of it is left and it is judged again', async () => {
  const next = unusual + 96 * hourMs;
  await work(next, 3_000);
  await advanceTo(next + 2 * hourMs);
  await client.query("alter table audit.cursors add constraint stopped check (reached < '2000-01-01') not valid");
  const before = await anomalies.list({ withExpected: true });
  await expect(anomalies.judge()).rejects.toThrow();
  expect(await anomalies.list({ withExpected: true })).toEqual(before);
  await client.query('alter table audit.cursors drop constraint stopped');
  expect((await anomalies.judge()).hours).toBeGreaterThan(20);
  expect((await anomalies.list({ withExpected: true }))[0]).toMatchObject({ observed: 3_000 });
});

test('[I23] what the platform’s own judgement raises is in tenancy.security_events', async () => {
  await owner("update audit.anomalies set is_told = false where kind = 'volume'");
  await audit.anomalies.judge();
  await until(async () => (await tenancy.events(tenantId)).some(({ eventType }) => eventType === 'anomaly.volume'));
});
