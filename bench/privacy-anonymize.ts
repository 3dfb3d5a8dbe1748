import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { connectOptions, openConnect } from '../src/foundation/connect/index.ts';
import { createEventBus, silentLog, systemClock, withDefaults } from '../src/kernel/index.ts';
import { openAnonymizer } from '../src/trust/privacy/anonymize/index.ts';
import type { Category, Classification } from '../src/trust/privacy/index.ts';
import { urlOf } from '../tests/support/server.ts';
import type { Bench } from './bench.ts';
import { connectTo, openScratch } from './migrate/scratch.ts';

const barPerSecond = 50_000;
const masked: Readonly<Record<string, Category>> = { email: 'email', name: 'person-name', born: 'birth-date', address: 'ip-address' };
const create = `create schema shop; create table shop.people (id bigint constraint people_id_pk primary key, email text not null constraint people_email_key unique,
  name text not null, born date, address inet, note text, created timestamptz not null)`;
const fill = (
  count: number,
) => `insert into shop.people select i, 'person.' || i || '@company.test', 'Given Family' || i, date '1940-01-01' + i % 25000,
  '192.0.2.0'::inet + i % 250, 'a note that nobody is named in, number ' || i, now() from generate_series(1, ${count}) i; analyze shop.people`;

const bench: Bench = {
  name: 'privacy-anonymize',
  claim: `A copy with four masked columns of eight, two unique indexes and its reports reaches ${barPerSecond} rows a second over 5M rows; beside it, the same rows copied as they are`,
  async run() {
    const count = Number(process.env.BENCH_ROWS ?? 5_000_000);
    await using stack = new AsyncDisposableStack();
    const scratch = stack.use(await openScratch());
    const [source, plain, anonymous] = [await scratch.createDatabase(), await scratch.createDatabase(), await scratch.createDatabase()];
    const [from, into, copy] = await Promise.all([source, plain, anonymous].map(connectTo));
    if (!from || !into || !copy) throw new Error('no connection');
    for (const client of [from, into, copy]) {
      stack.defer(() => client.end());
      await client.query(create);
    }
    await from.query(fill(count));
    const deps = { clock: systemClock, log: silentLog };
    const connect = stack.use(
      await openConnect({ ...deps, events: createEventBus(), endpoint: () => source }, withDefaults(connectOptions)),
    );
    const classified = Object.entries(masked).map(
      ([column, category]) =>
        ({
          place: { tier: 'oltp', schema: 'shop', table: 'people', column },
          category,
          level: 'confidential',
        }) as unknown as Classification,
    );
    const anonymizer = openAnonymizer({ connect, registry: { list: async () => classified }, platformSchemas: [], clock: systemClock });

    const started = performance.now();
    await pipeline(from.query(copyTo('copy shop.people to stdout')), into.query(copyFrom('copy shop.people from stdin')));
    const plainMs = performance.now() - started;
    const report = await anonymizer.anonymize({ targets: { oltp: urlOf(anonymous) } });
    if (report.rows !== count || report.leftovers.length > 0) throw new Error(`${report.rows} rows, ${report.leftovers.length} leftovers`);
    const rate = (ms: number) => count / (ms / 1000);
    return {
      columns: ['copy', 'rows', 's', 'rows/s'],
      rows: [
        ['as it is', count, plainMs / 1000, rate(plainMs)],
        ['anonymous, with reports', count, report.durationMs / 1000, rate(report.durationMs)],
      ],
      ratios: { 'to the bar': rate(report.durationMs) / barPerSecond, 'to a plain copy': rate(report.durationMs) / rate(plainMs) },
    };
  },
};
export default bench;
