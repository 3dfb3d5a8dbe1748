import { rm } from 'node:fs/promises';
import { openCluster } from '../src/foundation/cluster/cluster.ts';
import { clusterOptions } from '../src/foundation/cluster/options.ts';
import { createEventBus, silentLog, systemClock, type Tier, withDefaults } from '../src/kernel/index.ts';
import { openAccess, openParts } from '../src/trust/access/index.ts';
import { connectTo } from '../tests/support/connect-to.ts';
import { serverFolder } from '../tests/support/server-folder.ts';
import type { Bench } from './bench.ts';

const tables = 500;
const services = 12;
const rounds = 9;

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return median(times);
}

const bench: Bench = {
  name: 'access-plan',
  claim:
    'desired against actual on 500 tables with a grant to each of 12 services takes at most 1 s; beside it, for scale, what asking has_table_privilege for each takes, which finds neither who else was granted what nor anything of roles',
  async run() {
    await using cleanup = new AsyncDisposableStack();
    const dataDir = await serverFolder('plinth-bench-');
    cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
    const base = { clock: systemClock, log: silentLog, dataDir };
    const cluster = cleanup.use(
      await openCluster({ ...base, isThrowaway: true }, withDefaults(clusterOptions, { engine: 'embedded', port: 0 })),
    );
    const names = Array.from({ length: services }, (_, n) => `service_${n}`);
    const deps = { ...base, endpoint: (tier: Tier) => cluster.endpoint(tier) };
    await (await openAccess(deps, {})).applyRoles();
    const access = openParts(
      { ...deps, events: createEventBus(), mode: cluster.mode, installRules: cluster.installRules, platformSchemas: [] },
      {
        accounts: names.map((name) => ({ name, kind: 'service', memberOf: ['plinth_readonly'] })),
        grants: names.map((role) => ({ role, on: 'shop.*', privileges: ['select', 'update'] })),
      },
    );
    const client = cleanup.use(await connectTo(cluster.endpoint('oltp')));
    await client.query('set role plinth_owner; create schema shop');
    for (let n = 0; n < tables; n++) await client.query(`create table shop.t${n} (id int primary key, body text)`);
    await client.query('reset role');
    const emptyMs = await timed(async () => {
      if ((await access.plans.plan()).differences.length === 0) throw new Error('nothing is missing, so nothing was compared');
    });
    await access.plans.apply();
    const fullMs = await timed(async () => {
      const { differences } = await access.plans.plan();
      const missing = differences.filter(({ kind }) => kind === 'grant' || kind === 'create');
      if (missing.length > 0) throw new Error(missing[0]?.what);
    });
    // What views such as pg_permissions ask, with one role and verb a row.
    const askedMs = await timed(async () => {
      const { rows } = await client.query(
        `select c.oid::regclass, r.rolname, p, has_table_privilege(r.oid, c.oid, p)
           from pg_class c cross join pg_roles r cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
          where c.relnamespace = 'shop'::regnamespace and c.relkind = 'r' and r.rolname = any($1)`,
        [names],
      );
      if (rows.length !== tables * services * 7) throw new Error(`${rows.length} rows`);
    });
    return {
      columns: ['what', 'ms'],
      rows: [
        ['plan, all grants missing', emptyMs],
        ['plan, nothing missing', fullMs],
        ['has_table_privilege, each role, table and verb', askedMs],
      ],
      ratios: { 'of 1 s': fullMs / 1_000, 'of has_table_privilege': fullMs / askedMs },
    };
  },
};
export default bench;
