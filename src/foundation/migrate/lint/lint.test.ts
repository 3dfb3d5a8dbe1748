import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { MigrationSource } from '../../../kernel/index.ts';
import { checksumOf, normalise } from '../model/checksum.ts';
import { chainEntries, formatPlanFile } from '../model/plan-file.ts';
import { lintText } from './cases/lint-text.ts';
import { type LintRequest, lint } from './lint.ts';
import { isRefused, renderReport } from './render.ts';

const now = new Date('2026-06-01T00:00:00Z');

/** A product of these files, by path below its folder. */
async function product(files: Readonly<Record<string, string>>) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'plinth-lint-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), text);
  }
  const source: MigrationSource = { name: 'shop', dir: folder.path, layout: 'product' };
  const run = (request: Partial<LintRequest> = {}) => lint({ sources: [source], now, ...request });
  return { path: folder.path, run, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const up = (tier: string, stamp: string, slug: string) => `migrations/${tier}/${stamp}_${slug}/up.sql`;
const told = ({ findings }: Awaited<ReturnType<typeof lint>>) =>
  findings.map(({ id, severity, migration }) => `${id} ${severity} ${migration.split('/').at(-1)}`);

test('[I21] a waiver needs a reason, holds for its statement only, and is listed', async () => {
  const findings = await lintText(`-- plinth:allow L27, L71 nobody reads it since 2.4
    alter table app.items drop column code;
    alter table app.items drop column state;
    -- plinth:allow L27
    alter table app.items drop column seen;`);
  expect(findings.map(({ id, line, waived }) => `${id} ${line} ${waived ?? '-'}`)).toEqual([
    'L27 2 nobody reads it since 2.4',
    'L27 3 -',
    'L27 5 -',
    'L71 2 nobody reads it since 2.4',
    'W01 5 -',
  ]);
});

test('[I21] what a built-in invariant is told is not asked again', async () => {
  const sql = 'create table app.logs (line text);';
  expect((await lintText(sql)).find(({ id }) => id === 'L70')?.waived).toBeUndefined();
  const told = await lintText(`-- plinth:allow primary-key app.logs because it is only appended to\n${sql}`);
  expect(told.find(({ id }) => id === 'L70')?.waived).toBe('because it is only appended to');
});

test('[I20] size decides between error and warning; what is not known is large', async () => {
  const sql = 'alter table app.items alter column state set not null;';
  const tables = (rows: number, bytes: number) => ({
    server: 18,
    applied: ['shop/before'],
    tables: { oltp: { 'app.items': { rows, bytes } } },
  });
  const severity = async (production?: Parameters<typeof lintText>[1]) => (await lintText(sql, production))[0]?.severity;
  expect(await severity()).toBe('error');
  expect(await severity({ production: tables(99_000, 1e6) })).toBe('warning');
  expect(await severity({ production: tables(101_000, 1e6) })).toBe('error');
  expect(await severity({ production: tables(10, 101 * 1024 * 1024) })).toBe('error');
  expect(await severity({ production: tables(-1, 1e6) })).toBe('error');
  // Production does not have the migration that makes the table, so it is empty there.
  expect(await severity({ production: { server: 18, applied: [], tables: {} } })).toBe('warning');
});

test('[I20] the server version changes the verdict', async () => {
  const virtual = 'alter table app.items add column total integer generated always as (quantity * 2);';
  expect((await lintText(virtual, { server: 17 })).map(({ id }) => id)).toContain('L12');
  expect((await lintText(virtual, { server: 18 })).map(({ id }) => id)).not.toContain('L12');
  const notValid = 'alter table app.items add constraint items_state_present not null state not valid;';
  expect((await lintText(notValid, { server: 17 })).map(({ id }) => id)).toContain('L19');
  expect((await lintText(notValid, { server: 18 })).map(({ id }) => id)).not.toContain('L19');
  const partitioned = 'alter table app.events add constraint events_item_id_fk foreign key (item_id) references app.items (id) not valid;';
  expect((await lintText(partitioned, { server: 17 })).map(({ id }) => id)).toContain('L35');
  expect((await lintText(partitioned, { server: 18 })).map(({ id }) => id)).not.toContain('L35');
});

test('[I20] going back may drop and rename, but not lock everybody out', async () => {
  const sql = 'drop table app.notes; drop index app.items_parent_id_idx; alter table app.items drop column code;';
  expect((await lintText(sql, { role: 'down' })).map(({ id }) => id)).toEqual(['L04']);
});

test('[I20] one migration knows what another made', async () => {
  await using shop = await product({
    [up('oltp', '20260501000000', 'create')]: 'create table app.items (id bigint constraint items_pk primary key, name varchar(20));',
    [up('oltp', '20260502000000', 'widen')]: 'alter table app.items alter column name type varchar(40);',
    [up('oltp', '20260503000000', 'again')]: 'create table app.items (id bigint constraint items_pk primary key);',
    [up('olap', '20260504000000', 'facts')]:
      'create table app.facts (id bigint constraint facts_pk primary key, item_id bigint constraint facts_item_id_fk references app.items (id));',
  });
  const found = told(await shop.run());
  expect(found).toContain('L23 warning 20260502000000_widen');
  expect(found).toContain('L73 error 20260503000000_again');
  expect(found).toContain('L74 error 20260504000000_facts');
  expect(found.some((one) => one.startsWith('L22'))).toBe(false);
});

test('[I20] a promise to validate is kept by a later migration, or called in', async () => {
  const add = (name: string) => `alter table app.items add constraint ${name} check (id > 0) not valid;`;
  await using shop = await product({
    [up('oltp', '20260101000000', 'create')]: 'create table app.items (id bigint constraint items_pk primary key);',
    [up('oltp', '20260102000000', 'old')]: add('items_old_check'),
    [up('oltp', '20260530000000', 'new')]: add('items_new_check'),
    [up('oltp', '20260530000001', 'kept')]: add('items_kept_check'),
    [up('oltp', '20260531000000', 'keep')]: 'alter table app.items validate constraint items_kept_check;',
  });
  expect(told(await shop.run()).filter((one) => one.startsWith('L45'))).toEqual([
    'L45 error 20260102000000_old',
    'L45 warning 20260530000000_new',
  ]);
});

test('[I20] history that changed is found without a server', async () => {
  const text = normalise('create table app.items (id bigint constraint items_pk primary key);');
  const entry = (name: string) => ({ id: `oltp/${name}`, checksum: checksumOf(text) });
  await using shop = await product({
    'plan.lock': formatPlanFile(chainEntries([entry('20260501000000_create'), entry('20260502000000_gone')])),
    'production.json': JSON.stringify({ server: 18, applied: ['shop/20260503000000_third'], tables: {} }),
    [up('oltp', '20260501000000', 'create')]: 'create table app.items (id bigint constraint items_pk primary key, name text);',
    [up('oltp', '20260503000000', 'third')]: 'create index on app.items (name);',
  });
  const report = await shop.run();
  expect(report.findings.filter(({ id }) => id === 'L72').map(({ message }) => message)).toEqual([
    'oltp/20260501000000_create is not what plan.lock says: it has other bytes.',
    'oltp/20260502000000_gone is not what plan.lock says: its file is gone.',
    'It sorts before 20260503000000_third, which production has: there it runs after it.',
  ]);
  // What production has cannot be changed any more, so nobody is told about it.
  expect(report.findings.some(({ migration }) => migration.endsWith('third'))).toBe(false);
  expect((await shop.run({ isAll: true })).findings.some(({ migration }) => migration.endsWith('third'))).toBe(true);
});

test('[I20] a file that does not parse is a finding, and the others are judged', async () => {
  await using shop = await product({
    [up('oltp', '20260501000000', 'broken')]: 'create table app.items (id bigint,);',
    [up('oltp', '20260502000000', 'fine')]: 'drop schema app;',
  });
  const report = await shop.run();
  expect(told(report)).toContain('W00 error 20260501000000_broken');
  expect(told(report)).toContain('L53 error 20260502000000_fine');
  expect(report.findings.some(isRefused)).toBe(true);
  expect(renderReport(report)).toContain('syntax error at or near ")"');
});

test('[I20] paths choose what is judged, and any SQL may be named', async () => {
  await using shop = await product({
    [up('oltp', '20260501000000', 'first')]: 'drop schema one;',
    [up('oltp', '20260502000000', 'second')]: 'drop schema two;',
    'objects/oltp/views.sql': 'create view app.names as select 1;',
  });
  expect(told(await shop.run()).filter((one) => !one.startsWith('L71'))).toEqual([
    'L53 error 20260501000000_first',
    'L53 error 20260502000000_second',
    'L59 error views',
  ]);
  const second = join(shop.path, up('oltp', '20260502000000', 'second'));
  expect(told(await shop.run({ paths: [second] }))).toEqual(['L53 error 20260502000000_second', 'L71 error 20260502000000_second']);
  expect(told(await lint({ sources: [], now, paths: [second] }))).toEqual(['L53 error up.sql', 'L71 error up.sql']);
  await expect(lint({ sources: [], now, paths: [join(shop.path, 'nowhere')] })).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_NOTHING_TO_LINT',
  });
});
