import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Bench } from './bench.ts';
import { openDrain } from './queue/draining.ts';
import { openGraphile } from './queue/peers.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 600);
const perSecond = 4_000;

/** What happened in each third of the time. */
interface Kept {
  readonly offered: number;
  readonly done: readonly number[];
}

const bench: Bench = {
  name: 'queue-snapshot',
  claim:
    '4,000 jobs a second come and are run while a transaction holds an old snapshot for ten minutes: at least 0.95 of the rate without, fewer ' +
    'than 100k dead rows; graphile-worker beside it',
  async run() {
    await using drain = await openDrain();
    const url = await drain.scratch.url('queue');
    const tenants = await drain.tenants(100);
    const plinth = async () => {
      let done = 0;
      await using serving = await drain.serve({ name: 'held', queue: 'default', handler: async () => void done++ });
      let n = 0;
      const items = (count: number) =>
        Array.from({ length: count }, () => ({ payload: { n: ++n }, tenantId: tenants[n % tenants.length] as string }));
      return await offered(
        (count) => serving.queue.enqueueMany('held', items(count)),
        () => done,
      );
    };
    const graphile = async () => {
      await using peer = await openGraphile(url);
      let done = 0;
      await peer.run({ held: async () => void done++ });
      return await offered(
        (count) => peer.utils.addJobs(Array(count).fill({ identifier: 'held', payload: { n: 1 } })),
        () => done,
      );
    };
    const rows: (string | number)[][] = [];
    const rates: Record<string, number> = {};
    for (const [who, contest] of Object.entries({ plinth, 'graphile-worker': graphile })) {
      for (const isHeld of [false, true]) {
        await using holder = await hold(url, isHeld);
        const { done } = await contest();
        const rate = (done.at(-1) ?? 0) / (seconds / 3);
        rates[`${who} ${isHeld}`] = rate;
        rows.push([who, isHeld ? 'held' : 'free', ...done.map((count) => Math.round(count / (seconds / 3))), await holder.deadRows()]);
      }
    }
    const ratio = (who: string) => (rates[`${who} true`] ?? 0) / (rates[`${who} false`] ?? 0);
    return {
      columns: ['who', 'snapshot', 'jobs per second in the first third', 'in the second', 'in the last', 'dead rows where jobs wait'],
      rows: rows as (readonly (string | number)[])[],
      ratios: { 'plinth, held / free': ratio('plinth'), 'graphile-worker, held / free': ratio('graphile-worker') },
    };
  },
};
export default bench;

/** Jobs come at the same pace whatever becomes of them, for as long as the bench is. */
async function offered(enqueue: (count: number) => Promise<unknown>, done: () => number): Promise<Kept> {
  const startedMs = performance.now();
  const thirds: number[] = [];
  let [sent, open, before] = [0, 0, done()];
  while (thirds.length < 3) {
    const elapsed = performance.now() - startedMs;
    const due = Math.floor((elapsed * perSecond) / 1_000) - sent;
    // Whoever cannot take them in any more is not buried under calls.
    if (due >= 200 && open < 8) {
      sent += due;
      open++;
      void enqueue(due).finally(() => open--);
    }
    if (elapsed > ((thirds.length + 1) * seconds * 1_000) / 3) {
      thirds.push(done() - before);
      before = done();
    }
    await sleep(5);
  }
  return { offered: sent, done: thirds };
}

async function hold(connectionString: string, isHeld: boolean) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  if (isHeld) await client.query('begin isolation level repeatable read');
  await client.query('select 1');
  const look = new pg.Client({ connectionString });
  await look.connect();
  return {
    async deadRows(): Promise<number> {
      const { rows } = await look.query(
        `select coalesce(sum(n_dead_tup), 0)::int as dead from pg_stat_all_tables where relname like 'job\\_ready\\_%' or relname = '_private_jobs'`,
      );
      return rows[0].dead;
    },
    async [Symbol.asyncDispose]() {
      await client.end();
      await look.end();
    },
  };
}
