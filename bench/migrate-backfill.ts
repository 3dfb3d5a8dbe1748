import pg from 'pg';
import type { Endpoint } from '../src/foundation/cluster/index.ts';
import type { Bench } from './bench.ts';
import { connectTo, openRunner, openScratch, writeMigrations } from './migrate/scratch.ts';

const rows = Number(process.env.PLINTH_BENCH_ROWS ?? 5_000_000);
const clients = 4;
const idleMs = 5_000;

const bench: Bench = {
  name: 'migrate-backfill',
  claim: `a column of ${rows} rows under load: foreground p99 at most 1.5 × idle, at least 0.5 × the rows per second of one UPDATE`,
  async run() {
    await using scratch = await openScratch();
    const endpoint = await scratch.createDatabase();
    await using files = await writeMigrations(1);
    await using runner = await openRunner(endpoint, files.source);
    await runner.migrate.up();
    const client = await connectTo(endpoint);
    try {
      for (const name of ['ours', 'bare']) {
        await client.query(
          `create table public.${name} (id bigint constraint ${name}_pk primary key, total bigint not null, filler text not null, cents bigint)`,
        );
        await client.query(`insert into public.${name} select i, i, repeat('x', 60) from generate_series(1, ${rows}) i`);
        await client.query(`vacuum (analyze, freeze) public.${name}`);
      }
      await client.query('checkpoint');
      const idle = await load(endpoint, 'ours', () => new Promise((resolve) => setTimeout(resolve, idleMs)));

      await runner.migrate.backfills.start({
        name: 'cents',
        tier: 'oltp',
        statement: 'update public.ours set cents = total * 100 where cents is null',
      });
      const ours = await load(endpoint, 'ours', async () => void (await runner.migrate.backfills.run('cents')));
      await client.query('checkpoint');
      const bare = await load(
        endpoint,
        'bare',
        async () => void (await client.query('update public.bare set cents = total * 100 where cents is null')),
      );

      const row = (what: string, { ms, p99Ms, longestMs, statements }: Load, isBackfill: boolean) =>
        [what, isBackfill ? Math.round((rows / ms) * 1000) : '', p99Ms, longestMs, Math.round((statements / ms) * 1000)] as const;
      return {
        columns: ['what', 'rows/s', 'p99 ms', 'longest ms', 'statements/s'],
        rows: [row('load alone', idle, false), row('plinth backfill', ours, true), row('one UPDATE', bare, true)],
        ratios: { 'p99 beside the backfill / alone': ours.p99Ms / idle.p99Ms, 'rows per second, plinth / UPDATE': bare.ms / ours.ms },
      };
    } finally {
      await client.end();
    }
  },
};
export default bench;

interface Load {
  readonly ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  readonly statements: number;
}

/** Reads and updates single rows from a few sessions, with pauses as programs have them, for as long as `work` takes. */
async function load(endpoint: Endpoint, table: string, work: () => Promise<void>): Promise<Load> {
  const { host, port, user, password, database } = endpoint;
  const sessions = await Promise.all(
    Array.from({ length: clients }, async () => {
      const session = new pg.Client({ host, port, user, password: password ?? '', database });
      await session.connect();
      return session;
    }),
  );
  const took: number[] = [];
  let isOver = false;
  const one = async (session: pg.Client) => {
    while (!isOver) {
      const id = 1 + Math.floor(Math.random() * rows);
      const text =
        Math.random() < 0.2 ? `update public.${table} set total = total where id = $1` : `select total from public.${table} where id = $1`;
      const started = performance.now();
      await session.query({ name: text.slice(0, 6), text, values: [id] });
      took.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const loads = sessions.map(one);
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  isOver = true;
  await Promise.all(loads);
  await Promise.all(sessions.map((session) => session.end()));
  took.sort((a, b) => a - b);
  return { ms, p99Ms: took[Math.floor(took.length * 0.99)] ?? 0, longestMs: took.at(-1) ?? 0, statements: took.length };
}
