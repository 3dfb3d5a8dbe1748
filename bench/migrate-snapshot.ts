import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { promisify } from 'node:util';
import { withClient } from '../src/foundation/cluster/index.ts';
import { takeSnapshot } from '../src/foundation/migrate/snapshot/index.ts';
import type { Bench } from './bench.ts';
import { openScratch } from './migrate/scratch.ts';

const tables = 5_000;
const batch = 250;
const rounds = 5;

/** A pg_dump of the server's own major version; an older one refuses it. */
function findDump(major: number): string | undefined {
  const known = [`/usr/lib/postgresql/${major}/bin/pg_dump`, ...globSync(`/opt/homebrew/opt/postgresql@${major}/bin/pg_dump`)];
  return [process.env.PLINTH_PG_DUMP ?? '', ...known].find((path) => path !== '' && existsSync(path));
}

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const bench: Bench = {
  name: 'migrate-snapshot',
  claim: 'a snapshot of 5,000 tables takes at most as long as pg_dump --schema-only',
  async run() {
    await using scratch = await openScratch();
    const endpoint = await scratch.createDatabase();
    return await withClient(endpoint, async (client) => {
      for (let from = 1; from <= tables; from += batch) await client.query({ text: makeTables(from, from + batch - 1) });
      await client.query({ text: 'analyze' });
      const ours: number[] = [];
      let objects = 0;
      for (let round = 0; round < rounds; round++) {
        const started = performance.now();
        await client.query({ text: 'begin isolation level repeatable read read only' });
        objects = (await takeSnapshot(client)).objects.size;
        await client.query({ text: 'commit' });
        ours.push(performance.now() - started);
      }
      const { rows } = await client.query({ text: "select current_setting('server_version_num')::int / 10000 as major" });
      const dump = findDump(rows[0].major);
      const found: (string | number)[][] = [['snapshot', objects, median(ours)]];
      if (!dump) {
        found.push([`pg_dump ${rows[0].major}: not found; name it in PLINTH_PG_DUMP`, '', '']);
        return {
          columns: ['what', 'objects', 'ms, median'],
          rows: found,
          ratios: { 'snapshot / 1,900 ms (no pg_dump here)': median(ours) / 1_900 },
        };
      }
      const theirs: number[] = [];
      const { host, port, user, password = '', database } = endpoint;
      for (let round = 0; round < rounds; round++) {
        const started = performance.now();
        const args = ['--schema-only', '-h', host, '-p', String(port), '-U', user, '-f', '/dev/null', database];
        await promisify(execFile)(dump, args, { env: { ...process.env, PGPASSWORD: password } });
        theirs.push(performance.now() - started);
      }
      found.push(['pg_dump --schema-only', '', median(theirs)]);
      return { columns: ['what', 'objects', 'ms, median'], rows: found, ratios: { 'snapshot / pg_dump': median(ours) / median(theirs) } };
    });
  },
};
export default bench;

const makeTables = (from: number, to: number) => `do $$ begin for i in ${from}..${to} loop
  execute format('create table public.items_%s (id uuid not null, tenant_id uuid not null, name text not null, price numeric(10,2) default 0, created timestamptz not null default now(), note text, constraint items_%s_pk primary key (tenant_id, id), constraint items_%s_price_check check (price >= 0))', i, i, i);
  execute format('create index items_%s_name_idx on public.items_%s (tenant_id, name)', i, i);
  execute format('comment on table public.items_%s is %L', i, 'The ' || i || 'th table.');
end loop; end $$`;
