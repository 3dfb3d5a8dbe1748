import { expect, test } from 'vitest';
import { spawnScript, type TestDatabase, testDatabase, until } from '../../../../../tests/support/index.ts';
import type { PlacedTenant } from '../../../cluster/index.ts';
import { connectTo, type TestSource, testRunner, testSource } from '../../test/harness.ts';

const script = new URL('./run-tenants.ts', import.meta.url);
const at = (n: number) => `migrations/oltp/2026010100000${n}_m${n}`;
const table = (name: string) => `create table public.${name} (id int, constraint ${name}_id_pk primary key (id));\n`;
/** Fails in a database where somebody made that table by hand. */
const files = {
  [`${at(1)}/up.sql`]: table('a'),
  [`${at(2)}/up.sql`]: table('b'),
  'objects/oltp/all.sql': 'create or replace view public.all_a as select id from public.a;\n',
};

interface Place extends AsyncDisposable {
  readonly oltp: TestDatabase;
  readonly databases: ReadonlyMap<string, TestDatabase>;
  readonly source: TestSource;
  readonly placed: PlacedTenant[];
  readonly migrate: Awaited<ReturnType<typeof testRunner>>['migrate'];
  /** Applied to the shared database, and what each tenant has of the product: the last names, or nothing. */
  applied(tenant: string): Promise<readonly string[]>;
}

/** Shared databases that are up to date, and tenants `t0`, `t1` … with empty ones; the first are canaries. */
async function setUp(
  count: number,
  { canaries = 1, texts = files }: { readonly canaries?: number; readonly texts?: Readonly<Record<string, string>> } = {},
): Promise<Place> {
  await using cleanup = new AsyncDisposableStack();
  const oltp = await testDatabase();
  const databases = new Map<string, TestDatabase>();
  for (let n = 0; n < count; n++) databases.set(`t${n}`, await testDatabase());
  const placed = [...databases].map(([id, { endpoint }], n) => ({ id, endpoint, isCanary: n < canaries }));
  const source = cleanup.use(await testSource(texts, { layout: 'product' }));
  const { migrate } = cleanup.use(await testRunner(oltp.endpoint, [source.source], { tenants: { placed: async () => placed } }));
  await migrate.up();
  const held = cleanup.move();
  return {
    oltp,
    databases,
    source,
    placed,
    migrate,
    async applied(tenant) {
      const { client } = databases.get(tenant) as TestDatabase;
      if ((await client.query("select to_regclass('migrate.migrations') as ledger")).rows[0].ledger === null) return [];
      const { rows } = await client.query("select name from migrate.migrations where source = 'shop' and state = 'applied' order by name");
      return rows.map(({ name }) => name.split('_').at(-1));
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const states = async ({ migrate }: Place) =>
  (await migrate.tenants.status()).map(({ tenant, ring, state }) => `${tenant} ${ring} ${state}`);
const breakIt = (place: Place, tenant: string, name = 'b') =>
  place.databases.get(tenant)?.client.query(`create table public.${name} (note text)`);
const mend = (place: Place, tenant: string, name = 'b') => place.databases.get(tenant)?.client.query(`drop table public.${name}`);

test('[I54] canaries come first, then one per cent, then the rest; a second time there is nothing to do', async () => {
  await using place = await setUp(4);
  const lines: string[] = [];
  const report = await place.migrate.tenants.up({ onProgress: (line) => lines.push(line), atOnce: 1 });
  expect(report).toMatchObject({ unchanged: 0, failed: [], left: [], warnings: [] });
  expect(report.migrated[0]).toBe('t0');
  expect(lines.filter((line) => line.startsWith('ring'))).toEqual([
    'ring canary: 1 tenant(s)',
    'ring 1 %: 1 tenant(s)',
    'ring rest: 2 tenant(s)',
  ]);
  for (const tenant of place.databases.keys()) expect(await place.applied(tenant)).toEqual(['m1', 'm2']);
  const status = await place.migrate.tenants.status();
  expect(status.map(({ ring }) => ring)).toEqual(['canary', '1 %', 'rest', 'rest']);
  expect(new Set(status.map(({ state, version }) => `${state} ${version}`))).toEqual(new Set([`current ${report.version}`]));
  expect(await place.migrate.tenants.up()).toMatchObject({ migrated: [], unchanged: 4, failed: [] });
  expect(await place.migrate.tenants.status()).toEqual(status.map((one) => ({ ...one, updated: expect.any(Date) })));
});

test('[I54] a canary that fails stops the run, is named with its error, and the next run begins with it', async () => {
  await using place = await setUp(4);
  await breakIt(place, 't0');
  const stopped = await place.migrate.tenants.up();
  expect(stopped).toMatchObject({
    migrated: [],
    failed: [{ tenant: 't0', error: expect.stringContaining('relation "b" already exists') }],
  });
  expect(stopped.left).toHaveLength(3);
  expect(await place.applied('t0')).toEqual(['m1']);
  expect(await place.applied('t1')).toEqual([]);
  expect((await states(place))[0]).toBe('t0 canary failed');
  expect(new Set((await place.migrate.tenants.status()).slice(1).map(({ state }) => state))).toEqual(new Set(['behind']));
  await mend(place, 't0');
  expect(await place.migrate.tenants.up()).toMatchObject({
    migrated: expect.arrayContaining(['t0', 't1', 't2', 't3']),
    failed: [],
    left: [],
  });
});

test('[I55] tenants that fail stop nobody else before there are as many as were allowed', async () => {
  await using place = await setUp(6);
  for (const tenant of ['t0', 't3', 't5']) await breakIt(place, tenant);
  const report = await place.migrate.tenants.up({ maxFailures: 4, atOnce: 2 });
  expect(report.failed.map(({ tenant }) => tenant).sort()).toEqual(['t0', 't3', 't5']);
  expect([...report.migrated].sort()).toEqual(['t1', 't2', 't4']);
  // A second release: those that failed lag by two, and get both once they are mended.
  await place.source.write(`${at(3)}/up.sql`, table('c'));
  await place.migrate.up();
  expect(new Set((await place.migrate.tenants.status()).map(({ state }) => state))).toEqual(new Set(['failed', 'behind']));
  for (const tenant of ['t0', 't3', 't5']) await mend(place, tenant);
  expect(await place.migrate.tenants.up()).toMatchObject({ failed: [], unchanged: 0 });
  for (const tenant of place.databases.keys()) expect(await place.applied(tenant)).toEqual(['m1', 'm2', 'm3']);
});

test('[I55] a database that cannot be reached is one failure', async () => {
  await using place = await setUp(2, { canaries: 0 });
  place.placed.push({ id: 'gone', isCanary: true, endpoint: { ...place.oltp.endpoint, database: 'plinth_no_such_database' } });
  const report = await place.migrate.tenants.up({ maxFailures: 2 });
  expect(report.failed).toEqual([{ tenant: 'gone', error: expect.stringContaining('plinth_no_such_database') }]);
  expect([...report.migrated].sort()).toEqual(['t0', 't1']);
  expect(await states(place)).toContain('gone canary failed');
});

test.each(['begun', '_m1$', '_m1 applied', 'tenant t1: current'])(
  '[I55] killed at "%s", the same command ends what is left, each effect once',
  async (killAt) => {
    await using place = await setUp(3);
    await using child = spawnScript(script, {
      args: [JSON.stringify({ oltp: place.oltp.endpoint, sources: [place.source.source], placed: place.placed, killAt })],
    });
    expect(await child.exit()).toMatchObject({ signal: 'SIGKILL' });
    const { failed, left, migrated, unchanged } = await place.migrate.tenants.up();
    expect({ failed, left, all: migrated.length + unchanged }).toEqual({ failed: [], left: [], all: 3 });
    for (const tenant of place.databases.keys()) expect(await place.applied(tenant)).toEqual(['m1', 'm2']);
    expect(new Set((await place.migrate.tenants.status()).map(({ state }) => state))).toEqual(new Set(['current']));
  },
);

test('[I57] as many databases at once as were asked for, and no more', async () => {
  await using place = await setUp(6, {
    canaries: 0,
    texts: { [`${at(1)}/up.sql`]: 'create table public.gates (id int constraint gates_id_pk primary key);' },
  });
  await place.migrate.tenants.up();
  await place.source.write(`${at(2)}/up.sql`, 'alter table public.gates add column open boolean;');
  await place.migrate.up();
  // Somebody reads the table in each database, so that every run that begins stays where it is.
  const readers = await Promise.all(place.placed.map(({ endpoint }) => connectTo(endpoint)));
  for (const reader of readers) await reader.query('begin; select from public.gates');
  let atWork = 0;
  let most = 0;
  const running = place.migrate.tenants.up({
    atOnce: 3,
    onProgress(line) {
      if (/: begun$/.test(line)) most = Math.max(most, ++atWork);
      if (/: (current|failed)/.test(line)) atWork--;
    },
  });
  // The first ring is one tenant; only then come the others.
  const first = (await place.migrate.tenants.status()).findIndex(({ ring }) => ring === '1 %');
  expect(first).toBe(0);
  const [{ tenant } = { tenant: '' }] = await place.migrate.tenants.status();
  await readers[place.placed.findIndex(({ id }) => id === tenant)]?.query('commit');
  await until(async () => (await place.migrate.tenants.status()).filter(({ state }) => state === 'running').length === 3, {
    what: 'three at work',
  });
  for (const reader of readers) await reader.query('commit');
  expect(await running).toMatchObject({ failed: [], left: [] });
  expect(most).toBe(3);
  for (const reader of readers) await reader.end();
});

test('[I57] the databases of one server build their indexes one after the other', async () => {
  await using place = await setUp(3, { canaries: 3 });
  await place.migrate.tenants.up();
  await place.source.write(`${at(3)}/up.sql`, 'create index concurrently a_id_idx on public.a (id);');
  await place.source.write(`${at(3)}/meta.json`, '{"tx": "none"}');
  await place.migrate.up();
  const writers = await Promise.all(place.placed.map(({ endpoint }) => connectTo(endpoint)));
  for (const writer of writers) await writer.query('begin; insert into public.a values (1)');
  let waiting = 0;
  const running = place.migrate.tenants.up({
    atOnce: 3,
    onProgress(line) {
      if (/waits for another database/.test(line)) waiting++;
    },
  });
  const builds = async () => {
    const names = [...place.databases.values()].map(({ name }) => name);
    const { rows } = await place.oltp.client.query('select datname from pg_stat_progress_create_index where datname = any($1)', [names]);
    return rows.length;
  };
  await until(async () => waiting === 2 && (await builds()) === 1, { what: 'one builds and two wait' });
  for (const writer of writers) await writer.query('commit');
  expect(await running).toMatchObject({ failed: [], left: [] });
  for (const writer of writers) await writer.end();
});

test('[I58] placed tenants follow the shared databases, and are never ahead of them', async () => {
  await using place = await setUp(1);
  await place.source.write(`${at(3)}/up.sql`, table('c'));
  await expect(place.migrate.tenants.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_SHARED_BEHIND',
    details: { pending: ['oltp:shop/20260101000003_m3'] },
  });
  expect(await place.applied('t0')).toEqual([]);
});

test('[I58] a tenant that is placed during a run is taken at its end, one that left is forgotten', async () => {
  await using place = await setUp(3);
  const born = place.placed.pop() as PlacedTenant;
  const report = await place.migrate.tenants.up({
    onProgress(line) {
      if (/ring rest|ring 1 %/.test(line) && !place.placed.includes(born)) place.placed.push(born);
    },
  });
  expect(report.migrated).toContain(born.id);
  expect(await place.applied(born.id)).toEqual(['m1', 'm2']);
  place.placed.splice(0, 1);
  await place.migrate.tenants.up();
  expect((await place.migrate.tenants.status()).map(({ tenant }) => tenant)).not.toContain('t0');
});

test('[I58] without a directory it is said what is missing; without a run there is nothing to show', async () => {
  const { endpoint } = await testDatabase();
  await using runner = await testRunner(endpoint, []);
  await expect(runner.migrate.tenants.up()).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_NO_TENANT_DIRECTORY' });
  expect(await runner.migrate.tenants.status()).toEqual([]);
});

test('[I14] hooks around a tenant are called in its database with its name, and one that refuses stops that tenant only', async () => {
  await using place = await setUp(2, { canaries: 0 });
  await place.source.write(
    'hooks/before-tenant.sql',
    "create table public.called (what text constraint called_pk primary key);\ninsert into public.called values (current_setting('plinth.tenant'));\n",
  );
  await place.source.write('hooks/after-tenant.sql', "insert into public.called values ('after ' || current_setting('plinth.tenant'));\n");
  await breakIt(place, 't1', 'called');
  const report = await place.migrate.tenants.up({ maxFailures: 2 });
  expect(report.failed).toEqual([{ tenant: 't1', error: expect.stringMatching(/before-tenant\.sql stopped the run before t1/) }]);
  const calls = async (tenant: string) => (await place.databases.get(tenant)?.client.query('select * from public.called order by 1'))?.rows;
  expect(await calls('t0')).toEqual([{ what: 'after t0' }, { what: 't0' }]);
  // In the shared databases there is no tenant to be called around.
  expect((await place.oltp.client.query("select to_regclass('public.called') as t")).rows).toEqual([{ t: null }]);
});
