import { rm } from 'node:fs/promises';
import pg from 'pg';
import { clusterOptions, type Endpoint, openCluster } from '../src/foundation/cluster/index.ts';
import { connectOptions, openConnect, type SessionContext } from '../src/foundation/connect/index.ts';
import { createEventBus, silentLog, systemClock, withDefaults } from '../src/kernel/index.ts';
import { serverFolder } from '../tests/support/server-folder.ts';
import type { Bench } from './bench.ts';

const poolSize = 8;
const rounds = Number(process.env.ROUNDS ?? 30);
const roundMs = 100;
const tenantId = '01890000-0000-7000-8000-000000000001';

const statements = {
  'select 1': { text: 'select 1' },
  'key lookup': { name: 'find_row', text: 'select body from bench_rows where id = $1', values: [4711] },
};
const setContext = `select set_config('app.current_tenant_id', '${tenantId}', true)`;
type Statement = { text: string; name?: string; values?: unknown[] };

const bench: Bench = {
  name: 'connect-overhead',
  claim: 'transactions through connect reach at least 0.95 of the throughput of BEGIN … COMMIT on a bare pg.Pool',
  async run() {
    await using server = await openServer();
    const { endpoint } = server;
    await prepareRows(endpoint);
    const bare = new pg.Pool({ ...endpoint, max: poolSize });
    // Its end() does not wait for the sockets, so the server that is stopped next may still find them open.
    bare.on('error', () => {});
    await using _bare = { [Symbol.asyncDispose]: () => bare.end() };
    await using plain = await open(endpoint, { prelude: () => '' });
    await using tenants = await open(endpoint, { prelude: () => setContext });

    const ours = (connect: typeof plain, statement: Statement) => () =>
      connect.transaction({ tier: 'oltp', as: { tenantId }, tag: 'bench.read' }, (tx) => tx.query(statement));
    const bareTransaction = (messages: readonly (string | Statement)[]) => async () => {
      const client = await bare.connect();
      try {
        await client.query('begin');
        for (const message of messages) await client.query(message as string);
        await client.query('commit');
      } finally {
        client.release();
      }
    };

    const rows: (string | number)[][] = [];
    const ratios: Record<string, number> = {};
    for (const [what, statement] of Object.entries(statements)) {
      for (const callers of [1, 32]) {
        const cases = {
          [what]: [ours(plain, statement), bareTransaction([statement])],
          [`${what}, tenant's context`]: [ours(tenants, statement), bareTransaction([setContext, statement])],
        } as const;
        for (const [label, [mine, peer]] of Object.entries(cases)) {
          const { perSecond, peerPerSecond, ratio } = await compare(mine, peer, callers);
          rows.push([label, callers, perSecond, peerPerSecond, ratio]);
          ratios[`${label}, ${callers} callers`] = ratio;
        }
      }
    }
    return { columns: ['transaction', 'callers', 'connect /s', 'pg.Pool /s', 'ratio'], rows, ratios };
  },
};
export default bench;

/** Short rounds in turns, and the median of their ratios: what else the machine does hits both sides. */
async function compare(mine: () => Promise<unknown>, peer: () => Promise<unknown>, callers: number) {
  await rate(mine, callers);
  await rate(peer, callers);
  const pairs: { mine: number; peer: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? await rate(mine, callers) : await rate(peer, callers);
    const second = round % 2 === 0 ? await rate(peer, callers) : await rate(mine, callers);
    pairs.push(round % 2 === 0 ? { mine: first, peer: second } : { mine: second, peer: first });
  }
  return {
    perSecond: Math.round(median(pairs.map((pair) => pair.mine))),
    peerPerSecond: Math.round(median(pairs.map((pair) => pair.peer))),
    ratio: median(pairs.map((pair) => pair.mine / pair.peer)),
  };
}

async function rate(work: () => Promise<unknown>, callers: number): Promise<number> {
  const start = performance.now();
  let done = 0;
  const caller = async () => {
    while (performance.now() - start < roundMs) {
      await work();
      done++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (done * 1_000) / (performance.now() - start);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function open(endpoint: Endpoint, context: SessionContext) {
  const { user, password } = endpoint;
  const login = { user, ...(password === undefined ? {} : { password }) };
  return openConnect(
    {
      endpoint: () => endpoint,
      credentials: () => ({ login: async () => login }),
      sessionContext: () => context,
      clock: systemClock,
      log: silentLog,
      events: createEventBus(),
    },
    withDefaults(connectOptions, { oltpConnections: poolSize }),
  );
}

async function openServer(): Promise<{ readonly endpoint: Endpoint } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await serverFolder('plinth-bench-');
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const deps = { clock: systemClock, log: silentLog, dataDir };
  const cluster = stack.use(await openCluster(deps, withDefaults(clusterOptions, { engine: 'embedded', port: 0 })));
  const held = stack.move();
  return { endpoint: { ...cluster.endpoint('oltp'), database: 'postgres' }, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function prepareRows(endpoint: Endpoint): Promise<void> {
  const client = new pg.Client({ ...endpoint });
  await client.connect();
  await client.query(`create table bench_rows (id int primary key, body text not null);
    insert into bench_rows select n, md5(n::text) from generate_series(1, 10000) n; analyze bench_rows`);
  await client.end();
}
