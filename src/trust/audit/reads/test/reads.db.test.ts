import { afterAll, expect, test } from 'vitest';
import { partsFixture } from '../../test/parts-fixture.ts';

const fixture = await partsFixture();
const { audit, tenancy, events, classified, owner, connect } = fixture;
afterAll(() => fixture[Symbol.asyncDispose]());

classified['clinic.patients'] = {
  ssn: { level: 'restricted', compliance: ['HIPAA'] },
  name: { level: 'confidential' },
};
const { id: tenantId } = await tenancy.create({ slug: 'mercy' });
const { userId } = await tenancy.addUser({ tenantId, email: 'ann@mercy.example', role: 'member' });
await owner(
  'create schema clinic',
  'grant usage on schema clinic to plinth_app',
  `create table clinic.patients (tenant_id uuid not null, id int not null, name text, ssn text, born date, primary key (tenant_id, id))
    partition by range (id)`,
  'create table clinic.patients_low partition of clinic.patients for values from (0) to (1000)',
  "select tenancy.protect('clinic.patients')",
  'create view clinic.overview with (security_invoker) as select id, born, ssn as number from clinic.patients',
  'create view clinic.ages with (security_invoker) as select id, born from clinic.patients',
  'grant select on clinic.overview, clinic.ages to plinth_app',
);
const subject = { tenantId, userId, origin: { purpose: 'ticket 4711', requestId: 'r-1', clientAddress: '198.51.100.7' } };
const run = async (text: string, values: unknown[] = []) => {
  await tenancy.run(subject, { tier: 'oltp', tag: 'clinic.test' }, async (tx) => void (await tx.query({ text, values })));
  await audit.settled();
};
const reads = () => events("kind = 'access' and tenant_id = $1", [tenantId]);
/** What a statement adds to the trail. */
const readsOf = async (text: string, values: unknown[] = []) => {
  const before = (await reads()).length;
  await run(text, values);
  return (await reads()).slice(before);
};

await run(
  "insert into clinic.patients select tenancy.current_tenant_id(), i, 'name ' || i, 'ssn ' || i, '2000-01-01' from generate_series(1, 30) i",
);

test('[I29] a read of a restricted column through any statement is on record, with who, why, how many', async () => {
  expect(await readsOf('select name, ssn from clinic.patients where id < $1', [11])).toMatchObject([
    {
      action: 'read',
      target_type: 'table',
      target_id: 'clinic.patients',
      row_count: 10,
      user_id: userId,
      purpose: 'ticket 4711',
      classification: 'restricted',
      compliance_flags: ['HIPAA'],
      origin: subject.origin,
      details: { columns: ['ssn'], tag: 'clinic.test' },
    },
  ]);
});

test.each([
  ['select * from clinic.patients limit 1', 1],
  ['select to_jsonb(p) from clinic.patients p limit 1', 1],
  ['select number from clinic.overview limit 1', 1],
  ['update clinic.patients set born = born where id = 1 returning ssn', 1],
  ["select id from clinic.patients where ssn = 'ssn 7'", 1],
  ['select 1; select ssn from clinic.patients', 1],
  ['select id, born from clinic.patients limit 1', 0],
  ['select name from clinic.patients limit 1', 0],
  ['select count(*) from clinic.patients', 0],
  ['select born from clinic.ages limit 1', 0],
  ["update clinic.patients set ssn = 'new' where id = 2", 0],
  ["insert into clinic.patients (tenant_id, id, ssn) values (tenancy.current_tenant_id(), 99, 'x')", 0],
])('[I29] %s: %i events', async (text, count) => {
  expect(await readsOf(text)).toHaveLength(count);
});

test('[I29] COPY out is a read as well, and a partition is its table', async () => {
  await connect.transaction({ tier: 'oltp', as: 'owner', tag: 'clinic.copy' }, async (tx) => {
    for await (const _ of tx.copyTo('copy clinic.patients_low (ssn) to stdout'));
  });
  await audit.settled();
  expect(await events("kind = 'access' and details ->> 'tag' = 'clinic.copy'")).toMatchObject([{ target_id: 'clinic.patients' }]);
});

test('[I29] nobody escapes by a statement that is too long to be read', async () => {
  expect(await readsOf(`select ssn from clinic.patients /* ${'x'.repeat(200_000)} */`)).toMatchObject([
    { action: 'read-unknown', row_count: 31 },
  ]);
});

test('[I29] no value of the column stands in the trail', async () => {
  const { rows } = await fixture.platform.databases.oltp.client.query(
    "select count(*)::int as n from audit.events e where e::text ~ 'ssn [0-9]'",
  );
  expect(rows[0].n).toBe(0);
});

const shown = { tier: 'oltp', table: 'clinic.patients', columns: ['id', 'ssn'], tenantId, userId, purpose: 'care' } as const;
const select = () =>
  tenancy.run({ tenantId, userId }, { tier: 'oltp', tag: 'clinic.list' }, async (tx) => {
    const { rows } = await tx.query({ text: 'select id, ssn from clinic.patients where id in (3, 4) order by id' });
    return rows as { id: number; ssn: string }[];
  });

test('[I29] a capability that reads by itself is shown the rows once their keys are on record, and is not counted twice', async () => {
  const before = (await reads()).length;
  const rows = await audit.reads.read(shown, select);
  const added = (await reads()).slice(before);
  await audit.settled();
  expect(rows.map(({ id }) => id)).toEqual([3, 4]);
  expect(added).toMatchObject([
    { keys: ['3', '4'], row_count: 2, purpose: 'care', classification: 'restricted', compliance_flags: ['HIPAA'] },
  ]);
  expect(await reads()).toHaveLength(before + 1);
});

test('[I29] without a restricted column it writes nothing; a sensitive key is not written', async () => {
  const before = (await reads()).length;
  await audit.reads.read({ ...shown, columns: ['id', 'name'] }, async () => [{ id: 1 }]);
  expect(await reads()).toHaveLength(before);
  await audit.reads.read({ ...shown, keyColumns: ['ssn'] }, async () => [{ ssn: 'ssn 3' }]);
  expect((await reads()).at(-1)).toMatchObject({ keys: null, row_count: 1 });
});

test('[I29] where the event cannot be written, nothing is shown', async () => {
  const { client } = fixture.platform.databases.oltp;
  await client.query("alter table audit.events add constraint refused check (purpose <> 'refused') not valid");
  await expect(audit.reads.read({ ...shown, purpose: 'refused' }, select)).rejects.toMatchObject({ code: 'PLINTH_SQL_CHECK' });
  await client.query('alter table audit.events drop constraint refused');
});

test('[I20] a statement is described by what it touches and asks for', async () => {
  expect(await audit.metadata.describe('oltp', 'select ssn from clinic.patients p join clinic.ages a using (id)')).toEqual({
    complexityScore: 17,
    classification: 'restricted',
    complianceFlags: ['HIPAA'],
    columns: [{ table: 'clinic.patients', column: 'ssn', level: 'restricted', use: 'read' }],
  });
  expect(await audit.metadata.describe('oltp', 'select from where')).toBeUndefined();
  expect(await audit.metadata.describe('oltp', '')).toMatchObject({ complexityScore: 0, columns: [] });
});
