import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { readMap } from '../../../src/foundation/migrate/rename/index.ts';
import { connectTo, testRunner } from '../../../src/foundation/migrate/test/harness.ts';
import { spawnScript, testDatabase } from '../../../tests/support/index.ts';
import { legacySchema } from './legacy-schema.ts';

const folder = join(import.meta.dirname, '..');
const mapPath = join(folder, 'legacy-names.json');
const map = readMap(mapPath, readFileSync(mapPath, 'utf8'));
const http = { name: 'http', dir: join(folder, '../../src/serve/http/sql'), layout: 'capability', tiers: ['oltp'] } as const;
const admin = '00000000-0000-0000-0000-0000000000a1';

/** A database under the old names, with what the platform itself already put into it. */
async function legacy() {
  const { client, endpoint } = await testDatabase();
  await client.query(legacySchema);
  const runner = await testRunner(endpoint, [http]);
  await runner.migrate.up();
  await client.query(`insert into http.accounts (id, name, role) values ('${admin}', 'admin', 'admin');
    insert into http.sessions values ('\\x01', '${admin}', '2024-01-01', '2030-01-01');
    insert into oltp.admin_sessions (admin_id, token_hash, created_at, expires_at) values
      ('${admin}', '\\x01', '2024-01-01', '2030-01-01'), ('${admin}', '\\x02', '2024-01-02', '2030-01-02')`);
  return { client, endpoint, ...runner, [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose]() };
}

/** Names of everything in the product's schemas, and how many rows each table has. */
async function found(client: pg.Client) {
  const { rows } = await client.query(`
    select n.nspname || '.' || c.relname || ' ' || c.relkind::text || coalesce(' ' || (
             select string_agg(a.attname, ',' order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '') as line
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname ~ '^(oltp|content|queue|olap)'
    union all select conrelid::regclass || ' ' || conname from pg_constraint k where k.connamespace::regnamespace::text in ('oltp', 'content', 'queue', 'olap')
    union all select tgrelid::regclass || ' ' || tgname from pg_trigger where not tgisinternal
    union all select polrelid::regclass || ' ' || polname from pg_policy
    union all select p.oid::regprocedure || ' ' || md5(p.prosrc) from pg_proc p where p.pronamespace = 'oltp'::regnamespace
    union all select name || ' ' || state from migrate.groups
    order by 1`);
  const counts: Record<string, number> = {};
  const tables = await client.query(
    "select oid::regclass::text as name from pg_class where relkind in ('r', 'p') and relnamespace::regnamespace::text ~ '^(oltp|content|queue|olap)'",
  );
  for (const { name } of tables.rows) counts[name] = (await client.query(`select count(*)::int as n from ${name}`)).rows[0].n;
  return { names: rows.map(({ line }) => line), counts };
}

/** What a program of the older version does, in its own words. */
async function oldProgram(client: pg.Client, rowsSeen: number): Promise<void> {
  const q = (text: string) => client.query(text);
  await q('begin');
  await q(
    "set local search_path = oltp_legacy, content_legacy, queue_legacy, olap_legacy; select set_config('app.tenant_id', '00000000-0000-0000-0000-000000000002', true)",
  );
  await q(`insert into leads (tenant_id, address, contacted_at) values ('00000000-0000-0000-0000-000000000002', 'new@mail.example', now())
    on conflict (tenant_id, address) do update set contacted_at = excluded.contacted_at`);
  await q(`insert into leads (tenant_id, address) values ('00000000-0000-0000-0000-000000000002', 'new@mail.example')
    on conflict (tenant_id, address) do update set contacted_at = excluded.contacted_at`);
  await q("update leads set contacted_at = now() where address = 'lead1@mail.example'");
  expect((await q('select created_at, updated_at from leads where contacted_at is not null')).rowCount).toBe(3);
  await q("update tenant_config set value = '1' where key = 'zone' and updated_at <= now()");
  await q("insert into oltp.tenant_config (tenant_id, key, value) values ('00000000-0000-0000-0000-000000000002', 'theme', '2')");
  // Row security is that of who asks, through the view as well.
  expect((await q('select count(*)::int as n from oltp.tenant_config')).rows).toEqual([{ n: rowsSeen }]);
  await q('delete from leads where contacted_at is not null and created_at = now()');
  await q('rollback');
}

test('a database under the old names gets the new ones; every row is there, and the old program goes on', async () => {
  await using run = await legacy();
  const before = await found(run.client);
  const reports = await run.migrate.renames.apply(map);
  const after = await found(run.client);

  expect(reports.flatMap(({ renamed }) => renamed)).toContain('queue.job_audit → queue.job_audits');
  // Views show the old names; columns of indexes are called as they were born.
  const tables = after.names
    .filter((line) => !/ [v]( |$)/.test(line) && !/_legacy\./.test(line))
    .map((line) => line.replace(/ ([iI]) .*/, ' $1'));
  const stale = tables.filter((line) =>
    /_at\b|_at_|\b(tenant_config|content_access_(log|audit)|job_audit|worker_performance|\w+_jobs)(_|\b)/.test(line),
  );
  expect(stale).toEqual([]);
  expect(after.names).toEqual(
    expect.arrayContaining(['tenant_configurations tenant_configurations_updated_check'].map((line) => `oltp.${line}`)),
  );

  const renamed: Readonly<Record<string, string>> = {
    'oltp.tenant_config': 'oltp.tenant_configurations',
    'content.content_access_log': 'content.content_access_logs',
    'queue.job_audit': 'queue.job_audits',
    'queue.job_audit_2024': 'queue.job_audits_2024',
    'queue.email_sending_jobs': 'queue.job_email_sending_details',
    'olap.admin_audit_log': 'olap.admin_audit_logs',
    'content.content_inbox_message_refs': 'content_legacy.content_inbox_message_refs',
    'oltp.admin_sessions': 'oltp_legacy.admin_sessions',
  };
  for (const [table, count] of Object.entries(before.counts)) {
    expect(
      after.counts[renamed[table] ?? table] ??
        after.counts[`${table}s`] ??
        after.counts[
          table
            .replace('stats', 'statistics')
            .replace('index', 'indexes')
            .replace(/(analytics|content)_jobs/, 'job_$1_details')
            .replace('history', 'histories')
        ],
      table,
    ).toBe(count + (table === 'content.email_messages' ? 25 : 0));
  }
  const merges = reports.flatMap((report) => report.merges);
  expect(merges).toEqual([
    { source: 'oltp.admin_sessions', into: 'http.sessions', moved: 1, different: [] },
    {
      source: 'content.content_inbox_message_refs',
      into: 'content.email_messages',
      moved: 25,
      different: [expect.stringContaining('000000000050')],
    },
  ]);
  await oldProgram(run.client, 7);
  await using app = await connectTo(run.endpoint);
  await app.query('set role plinth_app');
  await oldProgram(app, 3);
  // The function was rewritten with its tables, the trigger writes the new column.
  expect((await run.client.query("select oltp.recent_leads('2020-01-01')::int as n")).rows).toEqual([{ n: 240 }]);
  await run.client.query('update oltp.leads set address = address where id = 1 returning updated');

  const again = await run.migrate.renames.apply(map);
  expect(again.flatMap(({ renamed: lines, rewritten }) => [...lines, ...rewritten])).toEqual([]);
  expect(await found(run.client)).toEqual(after);
});

test('killed at any point and run again: the same', async () => {
  await using whole = await legacy();
  await whole.migrate.renames.apply(map);
  const expected = await found(whole.client);
  for (const killAt of ['rows', 'queue: lock held']) {
    await using run = await legacy();
    const argument = JSON.stringify({ endpoint: run.endpoint, sources: [http], map: mapPath, killAt });
    await using child = spawnScript(new URL('./run-rename.ts', import.meta.url), { args: [argument] });
    await child.exit();
    await run.migrate.renames.apply(map);
    expect(await found(run.client), killAt).toEqual(expected);
  }
});

test('the old names end when nobody needs them, and what was given up lies in the trash', async () => {
  await using run = await legacy();
  await run.migrate.renames.apply(map);
  await expect(run.migrate.renames.contract(map)).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_RENAME_HELD',
    message: expect.stringContaining('000000000050'),
  });
  await run.client.query("update content_legacy.content_inbox_message_refs set subject = 'Subject 50' where subject = 'Other'");
  // The old program goes on until the last moment.
  await run.client.query(
    "insert into content.content_inbox_message_refs values ('00000000-0000-0000-0000-000000000001', uuidv7(), 'late@mail.example', 'b@mail.example', 'Late', now(), now())",
  );
  await run.migrate.renames.contract(map);
  const { rows } = await run.client.query("select nspname from pg_namespace where nspname like '%\\_legacy'");
  expect(rows).toEqual([]);
  expect((await run.client.query("select from content.email_messages where message_id = 'late@mail.example'")).rowCount).toBe(1);
  expect((await run.migrate.trash.list()).map(({ original }) => original).sort()).toEqual([
    'content_legacy.content_inbox_message_refs',
    'oltp_legacy.admin_sessions',
  ]);
  await run.migrate.renames.contract(map);
});

test('old and new table side by side: nothing is touched', async () => {
  await using run = await legacy();
  await run.client.query('create table queue.job_audits (id int)');
  await expect(run.migrate.renames.apply(map)).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_RENAME_IN_THE_WAY' });
});
