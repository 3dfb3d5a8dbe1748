import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import type { Connect } from '../../connect/index.ts';
import type { Migrate } from '../../migrate/index.ts';
import { directorySink } from '../archive/index.ts';
import { type ArchiveSink, openPartition, partitionOptions } from '../index.ts';
import { openShop } from './fixture.ts';

// Small chunks, so that there are several.
const shop = await openShop({ options: { partition: { archiveChunkBytes: 20_000, graceDays: 0 } } });
afterAll(() => shop[Symbol.asyncDispose]());
const { client, manage, partition, value } = shop;
const folder = join(shop.platform.configuration.dataDir, 'partition-archives');
afterAll(() => rm(folder, { recursive: true, force: true }));

const columns = `id uuid not null default uuidv7(), created timestamptz not null, amount numeric, ratio float8, bytes bytea, words text[], note text, day date`;

async function oldTable(name: string): Promise<void> {
  await client.query(
    `create table shop.${name} (${columns}, constraint ${name}_pk primary key (id, created)) partition by range (created)`,
  );
  await manage(`shop.${name}`, { by: 'time', key: 'created', every: 'year', keep: '1 year', archive: 'file' });
  await partition.ensure(`shop.${name}`, '2020-01-01', '2021-01-01');
  await client.query(`insert into shop.${name} select uuidv7(), '2020-02-29 12:00:00.123456+00'::timestamptz + n * interval '1 minute', n / 7.0, sqrt(n), sha256(n::text::bytea),
      array['ü', null, E'tab\\t and\\nline'], case when n % 5 = 0 then null else repeat(E'\\\\.', n % 9) end, '2020-01-01'::date + n from generate_series(1, 3000) n`);
}
const hashOf = (table: string) =>
  value(`select partition.content_hash('${table}', 'id, created, amount, ratio, bytes, words, note, day')::text`);
const archiveOf = async (table: string) => (await partition.archives()).find(({ set }) => set === `shop.${table}`);
const stateOf = (table: string) =>
  value(
    `select p.state from partition.parts p join partition.sets s on s.id = p.set_id where s.table_name = 'shop.${table}' and p.lower_bound like '2020%'`,
  );
const retain = (table: string) => partition.retain({ table: `shop.${table}` });

test('[I10] archived, read back, dropped; restored equal, as a table and into its own', async () => {
  await oldTable('sound');
  const hash = await hashOf('shop.sound');
  expect((await retain('sound')).map(({ step, isDone }) => ({ step, isDone }))).toEqual([
    { step: 'detach', isDone: true },
    { step: 'archive and drop', isDone: true },
  ]);
  expect(await stateOf('sound')).toBe('dropped');
  const archive = await archiveOf('sound');
  expect(archive).toMatchObject({ rows: 3000, verified: expect.any(Date) });

  // Without Plinth: files, zstd, COPY.
  const location = archive?.location ?? '';
  const files = (await readdir(location)).filter((file) => file.endsWith('.zst')).sort();
  expect(files.length).toBeGreaterThan(1);
  const text = Buffer.concat(
    await Promise.all(files.map(async (file) => zstdDecompressSync(await readFile(join(location, file))))),
  ).toString();
  expect(text.split('\n')).toHaveLength(3001);

  const back = await partition.restore(archive?.id ?? '');
  expect(back).toEqual({ table: 'partition_detached.sound_2020', rows: 3000, added: [], missing: [] });
  expect(await hashOf(back.table)).toBe(hash);
  expect(await partition.reattach(back.table)).toBe('shop.sound_2020');
  expect(await hashOf('shop.sound')).toBe(hash);
});

test('[I10] a column that came later has its default, one that is gone is named', async () => {
  await oldTable('changed');
  await retain('changed');
  await client.query("alter table shop.changed add column colour text not null default 'grey', drop column ratio");
  const archive = await archiveOf('changed');
  const back = await partition.restore(archive?.id ?? '', { attach: true });
  expect(back).toMatchObject({ table: 'shop.changed_2020', added: ['colour'], missing: ['ratio'] });
  expect(await value("select count(*)::int from shop.changed where colour = 'grey'")).toBe(3000);
});

/** What can happen to the files between writing and reading. */
const damages: Readonly<Record<string, (sink: ArchiveSink) => ArchiveSink>> = {
  'a flipped byte': (sink) => altered(sink, async (path) => flip(path)),
  // Unpacks well, so that the server sees it before the checksum is due.
  'a chunk that is none of ours': (sink) => altered(sink, (path) => writeFile(path, zstdCompressSync('no uuid\tand\tnothing\telse\n'))),
  'a truncated chunk': (sink) => altered(sink, async (path) => truncate(path, 100)),
  'a missing chunk': (sink) => altered(sink, (path) => rm(path)),
  'a sink that fails midway': (sink) => ({
    ...sink,
    async write(path, bytes) {
      if (path.endsWith('000002.copy.zst')) throw new Error('the disk is full');
      await sink.write(path, bytes);
    },
  }),
  'rows that were lost on the way': (sink) => ({
    ...sink,
    async *read(path) {
      if (!path.endsWith('000002.copy.zst')) yield* sink.read(path);
    },
  }),
};

function altered(sink: ArchiveSink, alter: (path: string) => Promise<void>): ArchiveSink {
  return {
    ...sink,
    async write(path, bytes) {
      await sink.write(path, bytes);
      if (path.endsWith('000002.copy.zst')) await alter(sink.locate(path));
    },
  };
}

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[200] = (bytes[200] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

test.each(Object.keys(damages))('[I10] %s: the partition is kept and says why', async (damage) => {
  const name = damage.replaceAll(/\W/g, '_');
  await oldTable(name);
  const hash = await hashOf(`shop.${name}`);
  const damaging = openPartition(
    {
      connect: shop.platform.use<Connect>('connect'),
      backfills: shop.platform.use<Migrate>('migrate').backfills,
      clock: systemClock,
      log: silentLog,
      declared: [],
      holds: () => undefined,
      beforeDetach: () => undefined,
      sink: () => (damages[damage] as (sink: ArchiveSink) => ArchiveSink)(directorySink(folder)),
    },
    withDefaults(partitionOptions, { archiveChunkBytes: 20_000, graceDays: 0 }),
  );
  const steps = await damaging.retain({ table: `shop.${name}` });
  expect(steps.at(-1)).toMatchObject({
    step: 'archive and drop',
    isDone: false,
    gate: expect.stringMatching(/does not give back|disk is full/),
  });
  expect(await stateOf(name)).toBe('detached');
  expect(await hashOf(`partition_detached.${name}_2020`)).toBe(hash);
  expect((await archiveOf(name))?.verified).toBeUndefined();
  // The next round, with a sink that works, goes on.
  await retain(name);
  expect(await stateOf(name)).toBe('dropped');
});

test('[I10] under row security an export fails rather than be empty', async () => {
  await oldTable('hidden');
  await partition.detach('shop.hidden_2020');
  await client.query(
    'reset role; create role plinth_test_blind; grant plinth_test_blind to current_user; grant usage on schema partition_detached, partition to plinth_test_blind; grant select on all tables in schema partition_detached to plinth_test_blind',
  );
  await client.query('set role plinth_test_blind');
  await expect(hashOf('partition_detached.hidden_2020')).rejects.toMatchObject({ code: '42501' });
  await client.query('reset role; drop owned by plinth_test_blind; drop role plinth_test_blind; set role plinth_owner');
});
