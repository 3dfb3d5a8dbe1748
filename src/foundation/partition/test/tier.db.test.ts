import { afterAll, expect, test } from 'vitest';
import { openShop } from './fixture.ts';

const shop = await openShop({ isApart: true, options: { partition: { graceDays: 0 } } });
afterAll(() => shop[Symbol.asyncDispose]());
const { client, manage, partition, value } = shop;
const olap = shop.platform.databases.olap.client;

async function oldTable(name: string, type = 'text'): Promise<void> {
  await client.query(
    `create table shop.${name} (id uuid not null default uuidv7(), created timestamptz not null, note ${type}, ratio float8,
       length integer generated always as (length(note::text)) stored, constraint ${name}_pk primary key (id, created)) partition by range (created)`,
  );
  await manage(`shop.${name}`, { by: 'time', key: 'created', every: 'year', keep: '1 year', archive: { tier: 'olap' } });
  await partition.ensure(`shop.${name}`, '2020-01-01', '2021-01-01');
  await client.query(
    `insert into shop.${name} (created, note, ratio) select '2020-02-29 12:00:00.123456+00'::timestamptz + n * interval '1 minute', case when n % 5 > 0 then 'a' end, sqrt(n) from generate_series(1, 2000) n`,
  );
}
const hashOf = (table: string) => value(`select partition.content_hash('${table}', 'id, created, note, ratio')::text`);
const archiveOf = async (name: string) => (await partition.archives()).find(({ set }) => set === `shop.${name}`);
const last = async (name: string) => (await partition.retain({ table: `shop.${name}` })).at(-1);

test('[I10] copied to another tier, compared there, dropped here; nobody reaches the copy; restored equal', async () => {
  await oldTable('sound');
  const hash = await hashOf('shop.sound');
  expect(await last('sound')).toMatchObject({ step: 'archive and drop', isDone: true });
  expect(await value("select to_regclass('partition_detached.sound_2020')")).toBeNull();
  const archive = await archiveOf('sound');
  expect(archive).toMatchObject({
    rows: 2000,
    verified: expect.any(Date),
    location: expect.stringMatching(/^olap: partition_archived\."sound_2020_[0-9a-f]{8}"$/),
  });
  const copy = archive?.location.slice('olap: '.length);
  const { rows } = await olap.query(
    `select count(*)::int as rows, (select relforcerowsecurity from pg_class where oid = $1::regclass) as is_sealed from ${copy}`,
    [copy],
  );
  expect(rows).toEqual([{ rows: 2000, is_sealed: true }]);

  const back = await partition.restore(archive?.id ?? '', { attach: true });
  expect(back).toEqual({ table: 'shop.sound_2020', rows: 2000, added: [], missing: [] });
  expect(await hashOf('shop.sound')).toBe(hash);
  // Behind its line still: it leaves again, and the new copy takes the place of the old one.
  await client.query('delete from shop.sound where note is null');
  expect(await last('sound')).toMatchObject({ isDone: true });
  expect((await partition.archives()).filter(({ set }) => set === 'shop.sound').map(({ rows: kept }) => kept)).toEqual([1600]);
});

test('[I10] a copy that is not what was copied keeps the partition, or is told of; one that was cut short is replaced', async () => {
  await oldTable('damaged');
  await olap.query(`create function public.lose() returns trigger language plpgsql as 'begin return case when random() < 0.5 then new end; end';
    create function public.lose_on_archive() returns event_trigger language plpgsql as $$ declare t text; begin
      select object_identity into t from pg_event_trigger_ddl_commands() where object_identity like 'partition_archived.damaged%' and command_tag = 'CREATE TABLE';
      if t is not null then execute format('create trigger lose before insert on %s for each row execute function public.lose()', t); end if; end $$;
    create event trigger lose_on_archive on ddl_command_end when tag in ('CREATE TABLE') execute function public.lose_on_archive()`);
  expect(await last('damaged')).toMatchObject({
    isDone: false,
    gate: expect.stringMatching(/olap: partition_archived\."damaged_2020_\w+" does not give back/),
  });
  expect(await value('select count(*)::int from partition_detached.damaged_2020')).toBe(2000);
  await olap.query('drop event trigger lose_on_archive');
  expect(await last('damaged')).toMatchObject({ isDone: true });
  const archive = await archiveOf('damaged');
  await olap.query(`delete from ${archive?.location.slice('olap: '.length)} where note is null`);
  await expect(partition.verifyArchive(archive?.id ?? '')).rejects.toMatchObject({ code: 'PLINTH_PARTITION_ARCHIVE_DAMAGED' });
  expect((await partition.findings()).filter(({ table }) => table === 'shop.damaged')).toContainEqual(
    expect.objectContaining({ severity: 'critical', finding: 'archive' }),
  );
});

test('[I10] a type that the other tier does not know keeps the partition', async () => {
  await client.query('create domain shop.word as text');
  await oldTable('foreign_type', 'shop.word');
  expect(await last('foreign_type')).toMatchObject({ isDone: false, gate: expect.stringContaining('schema "shop" does not exist') });
  expect(await value('select count(*)::int from partition_detached.foreign_type_2020')).toBe(2000);
  await expect(manage('shop.sound', { by: 'time', key: 'created', every: 'year', archive: { tier: 'moon' } })).rejects.toMatchObject({
    code: 'PN001',
  });
});
