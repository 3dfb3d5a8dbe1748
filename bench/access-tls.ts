import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type Cluster, clusterOptions, openCluster } from '../src/foundation/cluster/index.ts';
import { createEventBus, silentLog, systemClock, withDefaults } from '../src/kernel/index.ts';
import { openTls } from '../src/trust/access/tls/index.ts';
import { serverFolder } from '../tests/support/server-folder.ts';
import type { Bench } from './bench.ts';

const rounds = Number(process.env.ROUNDS ?? 20);
const opensPerRound = 10;
const roundMs = 200;
const callers = 8;

export default {
  name: 'access-tls',
  claim: 'the Unix socket, which the platform takes, is the fastest way; what TLS costs beside plaintext TCP, to open and to use, is shown',
  async run() {
    await using plain = await openServer();
    await using encrypted = await openServer();
    const making = performance.now();
    await certificatesFor(encrypted.cluster, encrypted.dataDir).ensure();
    const madeMs = performance.now() - making;
    const again = performance.now();
    await certificatesFor(encrypted.cluster, encrypted.dataDir).ensure();
    const lookedMs = performance.now() - again;

    const ca = await readFile(join(encrypted.dataDir, 'tls/ca.pem'), 'utf8');
    const ways: Readonly<Record<string, pg.ClientConfig>> = {
      'Unix socket': { ...plain.cluster.endpoint('oltp') } as pg.ClientConfig,
      'TCP, plaintext': { ...plain.cluster.endpoint('oltp'), host: '127.0.0.1' } as pg.ClientConfig,
      'TCP, TLS verify-full': {
        ...encrypted.cluster.endpoint('oltp'),
        host: '127.0.0.1',
        ssl: { ca },
        enableChannelBinding: true,
      } as pg.ClientConfig,
    };
    const names = Object.keys(ways);
    const found = Object.fromEntries(names.map((name) => [name, { openMs: [] as number[], one: [] as number[], many: [] as number[] }]));
    await using pools = await openClients(ways);
    // In turns, each round in another order: what else the machine does hits all of them.
    for (let round = 0; round < rounds; round++) {
      for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
        const clients = pools.of(name);
        found[name]?.openMs.push(await timeToOpen(ways[name] as pg.ClientConfig));
        found[name]?.one.push(await rate(clients.slice(0, 1)));
        found[name]?.many.push(await rate(clients));
      }
    }
    const figures = (name: string) => {
      const { openMs = [], one = [], many = [] } = found[name] ?? {};
      return { openMs: median(openMs), one: median(one), many: median(many) };
    };
    const [socket, tcp, tls] = names.map(figures) as [Figures, Figures, Figures];
    return {
      columns: ['way', 'open and log in ms', 'selects/s, 1 connection', `selects/s, ${callers} connections`],
      rows: [
        ...names.map((name) => [name, figures(name).openMs, Math.round(figures(name).one), Math.round(figures(name).many)]),
        ['making authority and certificates, until the server shows them: ms', madeMs, '', ''],
        ['finding all in place at a start: ms', lookedMs, '', ''],
      ],
      ratios: {
        'TLS to plaintext, 1 connection': tls.one / tcp.one,
        [`TLS to plaintext, ${callers} connections`]: tls.many / tcp.many,
        'TLS to the socket, 1 connection': tls.one / socket.one,
        [`TLS to the socket, ${callers} connections`]: tls.many / socket.many,
        'opening: TLS to plaintext': tls.openMs / tcp.openMs,
        'opening: TLS to the socket': tls.openMs / socket.openMs,
      },
    };
  },
} satisfies Bench;

interface Figures {
  readonly openMs: number;
  readonly one: number;
  readonly many: number;
}

async function openServer(): Promise<{ readonly cluster: Cluster; readonly dataDir: string } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await serverFolder('plinth-bench-');
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const deps = { clock: systemClock, log: silentLog, dataDir, isThrowaway: true };
  const cluster = stack.use(await openCluster(deps, withDefaults(clusterOptions, { engine: 'embedded', port: 0 })));
  const client = new pg.Client(cluster.endpoint('oltp') as pg.ClientConfig);
  await client.connect();
  await client.query(`create table bench_rows (id int primary key, body text not null);
    insert into bench_rows select n, md5(n::text) from generate_series(1, 10000) n; analyze bench_rows`);
  await client.end();
  const held = stack.move();
  return { cluster, dataDir, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

function certificatesFor(cluster: Cluster, dataDir: string) {
  return openTls({ cluster, dataDir, clock: systemClock, log: silentLog, events: createEventBus(), networks: [] }, {});
}
async function openClients(ways: Readonly<Record<string, pg.ClientConfig>>) {
  const all = new Map<string, pg.Client[]>();
  for (const [name, config] of Object.entries(ways)) {
    const clients = Array.from({ length: callers }, () => new pg.Client(config));
    for (const client of clients) {
      // The server that is stopped next may still find them open.
      client.on('error', () => {});
      await client.connect();
    }
    all.set(name, clients);
  }
  return {
    of: (name: string) => all.get(name) ?? [],
    [Symbol.asyncDispose]: async () => void (await Promise.all([...all.values()].flat().map((client) => client.end()))),
  };
}

/** Milliseconds for one connection, from nothing to logged in. */
async function timeToOpen(config: pg.ClientConfig): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < opensPerRound; n++) {
    const client = new pg.Client(config);
    await client.connect();
    await client.end();
  }
  return (performance.now() - start) / opensPerRound;
}

async function rate(clients: readonly pg.Client[]): Promise<number> {
  const start = performance.now();
  let done = 0;
  const caller = async (client: pg.Client) => {
    while (performance.now() - start < roundMs) {
      await client.query({ name: 'find_row', text: 'select body from bench_rows where id = $1', values: [4711] });
      done++;
    }
  };
  await Promise.all(clients.map(caller));
  return (done * 1_000) / (performance.now() - start);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
