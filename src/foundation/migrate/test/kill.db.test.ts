import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { endpointOf, spawnScript, stoppedServerFolder, testDatabase, until } from '../../../../tests/support/index.ts';
import { urlOf } from '../../../../tests/support/server.ts';
import { templateDatabases } from '../../../../tests/support/template.ts';
import { quoteIdentifier, silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import { clusterOptions, type Endpoint, openCluster } from '../../cluster/index.ts';
import { takeSnapshot } from '../snapshot/index.ts';
import { up } from '../up.ts';
import { connectTo, type TestSource, testRunner, testSource } from './harness.ts';

const script = new URL('./run-up.ts', import.meta.url);
// Set it to 1000 for a long night.
const randomKills = Number(process.env.PLINTH_TEST_RANDOM_KILLS ?? 1);

const name = (n: number, words: string) => `2026010100000${n}_${words}`;
const at = (n: number, words: string, tier = 'oltp') => `migrations/${tier}/${name(n, words)}`;
// Each effect leaves a row in a table without a key: one that happened twice shows.
const effect = (what: string) => `insert into public.effects values ('${what}');\n`;
const undo = (what: string) => `delete from public.effects where what = '${what}';\n`;

/** Where a migration waits as long as somebody holds the lock of that name, so that a kill meets it there. */
const stop = (point: string) => `select public.stop('${point}');\n`;
const stopKey = 4711;
// Volatile: a call with a constant would be evaluated once, when the session first plans it, and never stop anybody again.
const preparation = `
  create function public.stop(at text) returns void language plpgsql volatile set search_path = pg_catalog as
    $$ begin
      while exists (select from pg_locks where locktype = 'advisory' and granted and classid = ${stopKey} and objid = (hashtext(at) & 65535)::oid
                       and database = (select oid from pg_database where datname = current_database()))
      loop perform pg_sleep(0.02); end loop;
    end $$;
  create function public.slowly(what text) returns text language plpgsql immutable set search_path = '' as
    $$ begin perform public.stop('evaluating'); return what; end $$;`;

const foundation = {
  [`${at(1, 'effects')}/up.sql`]: `create table public.effects (what text);
    -- plinth:allow primary-key public.effects a repeated effect must show
    ${effect('one')}`,
};
const rest = {
  [`${at(2, 'slow')}/up.sql`]: `${effect('two')} ${stop('transaction')}
    alter table public.effects add constraint effects_what_check check (public.slowly(what) <> '') not valid;
    -- plinth:allow valid-constraint effects_what_check validated by the next\n`,
  [`${at(2, 'slow')}/post.sql`]: "select 1 where public.stop('post') is null;\n",
  [`${at(2, 'slow')}/down.sql`]: `alter table public.effects drop constraint effects_what_check; ${stop('down')} ${undo('two')}`,
  [`${at(3, 'steps')}/up.sql`]: `create index concurrently effects_what_idx on public.effects (public.slowly(what));
    -- @probe select exists (select from public.effects where what = 'three')
    ${effect('three')}
    reindex index concurrently public.effects_what_idx;
    alter table public.effects validate constraint effects_what_check;`,
  [`${at(3, 'steps')}/down.sql`]: `drop index concurrently public.effects_what_idx;\n-- @idempotent\n${undo('three')}`,
  [`${at(3, 'steps')}/meta.json`]: '{"tx": "none"}',
  [`${at(4, 'last')}/up.sql`]: `${effect('four')} create table public.last (id int constraint last_pk primary key);`,
  [`${at(4, 'last')}/down.sql`]: `drop table public.last; ${undo('four')}`,
  [`${at(5, 'far', 'content')}/up.sql`]: 'create table public.far (id int constraint far_pk primary key);',
  [`${at(5, 'far', 'content')}/down.sql`]: 'drop table public.far;',
  'objects/oltp/all.sql':
    "create or replace function public.effects_count() returns bigint language sql stable set search_path = '' as 'select count(*) from public.effects';",
};

// Only where a point is in one: without hooks migrations follow each other in fewer messages. A hook has a session of its own, which
// is not terminated with the runner's: it ends by its time.
const hooks = {
  'hooks/before-migration.sql':
    "--! timeoutMs: 15000\nselect public.stop('before') where current_setting('plinth.migration') like '%_last';\n",
  'hooks/after-migration.sql':
    "--! timeoutMs: 15000\nselect public.stop('after') where current_setting('plinth.migration') like '%_last';\n",
  'hooks/before-step.sql': "--! timeoutMs: 15000\nselect public.stop('step ' || current_setting('plinth.step'));\n",
};

/** What stands in the databases of a place: nothing of ours, the ledger, or all that the files have. */
type Start = 'empty' | 'ledger' | 'whole';

interface Place {
  readonly oltp: Endpoint;
  readonly content: Endpoint;
  /** For asking from outside; its connection is lost with the server. */
  readonly client: pg.Client;
}

interface Point {
  readonly name: string;
  /** A line of progress at which it happens, or a question about the database that is true from then on. */
  readonly when: RegExp | string;
  /** Where the migration itself waits, one after the other; at the last one until the kill, or until the other session holds. */
  readonly stops?: readonly string[];
  /** A statement of another session: before the run, or at the last stop; its transaction is open until after the kill. */
  readonly hold?: string;
  readonly isDown?: true;
  /** Happens only where the ledger is not there yet. */
  readonly needsEmpty?: true;
}

const startOf = ({ isDown, needsEmpty }: Omit<Point, 'name' | 'when'>): Start => (isDown ? 'whole' : needsEmpty ? 'empty' : 'ledger');

const doing = (query: string) =>
  `select exists (select from pg_stat_activity where datname = current_database() and state = 'active' and pid <> pg_backend_pid() and query ilike '%${query}%')`;
const waiting = (query: string) => doing(query).replace("state = 'active'", "wait_event_type = 'Lock'");
const phase = (words: string) =>
  `select exists (select from pg_stat_progress_create_index where datname = current_database() and phase like '${words}%')`;

const asleep = "select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep')";
const aWriter = 'begin; delete from public.effects where false';

const points: readonly Point[] = [
  { name: 'before the intent', when: /oltp: lock held/, needsEmpty: true },
  { name: 'after the ledger', when: /0001_create_ledger applied/, needsEmpty: true },
  { name: 'after the first intent', when: /_effects$/ },
  { name: 'between a commit and the next', when: /_effects applied/ },
  { name: 'in a transaction', when: asleep, stops: ['transaction'] },
  { name: 'in post.sql', when: asleep, stops: ['post'] },
  { name: 'waiting for a table', when: waiting('effects_what_check check'), hold: 'begin; select from public.effects' },
  { name: 'before the steps', when: /_steps$/ },
  { name: 'in a hook before a step', when: asleep, stops: ['step 1'] },
  { name: 'index: waiting for writers', when: phase('waiting for writers before build'), stops: ['step 1'], hold: aWriter },
  { name: 'index: building', when: phase('building'), stops: ['evaluating'] },
  { name: 'index: waiting for writers again', when: phase('waiting for writers before validation'), stops: ['evaluating'], hold: aWriter },
  {
    name: 'index: waiting for old snapshots',
    when: phase('waiting for old snapshots'),
    stops: ['evaluating'],
    hold: 'begin isolation level repeatable read; select 1',
  },
  { name: 'in a step with a probe', when: /step 2 other/ },
  { name: 'reindex', when: /step 3 reindex/ },
  {
    name: 'reindex: building',
    when: `${doing('reindex index concurrently')} and ${phase('building').slice('select '.length)}`,
    stops: ['step 3', 'evaluating'],
  },
  { name: 'validating', when: `${doing('validate constraint')} and ${asleep.slice('select '.length)}`, stops: ['step 4', 'evaluating'] },
  { name: 'in a hook before', when: asleep, stops: ['before'] },
  { name: 'in a hook after', when: asleep, stops: ['after'] },
  { name: 'after the last', when: /_last applied/ },
  { name: 'after the objects', when: /shop\/objects applied/ },
  { name: 'between tiers', when: /content: lock held/ },
  { name: 'in the next tier', when: /_far$/ },
  { name: 'down: before the first', when: /_far going back/, isDown: true },
  { name: 'down: between databases', when: /_far reverted/, isDown: true },
  { name: 'down: in steps, waiting', when: waiting('drop index concurrently'), hold: aWriter, isDown: true },
  { name: 'down: between steps', when: /step 2 other/, isDown: true },
  { name: 'down: in a transaction', when: asleep, stops: ['down'], isDown: true },
  { name: 'down: after the last', when: /_slow reverted/, isDown: true },
];

/** Everything that must be the same after any kill. */
async function found(place: Pick<Place, 'oltp' | 'content'>): Promise<unknown> {
  await using client = await connectTo(place.oltp);
  const { rows } = await client.query(`
    select (select array_agg(what order by what) from public.effects) as effects,
           (select array_agg(name || ' ' || state order by name) from migrate.migrations where source = 'shop') as migrations,
           (select array_agg(direction || ' ' || number || ' ' || state order by number) from migrate.steps) as steps`);
  const hashes: string[] = [];
  for (const endpoint of [place.oltp, place.content]) {
    await using runner = await testRunner(endpoint, []);
    const snapshot = await runner.connect.transaction({ tier: 'oltp', as: 'owner', isolation: 'repeatable read', tag: 'test' }, (tx) =>
      takeSnapshot(tx, { schemas: ['public'] }),
    );
    hashes.push(snapshot.rootHash);
  }
  return { ...rows[0], hashes };
}

/** What a run that nobody killed ends in, forwards and after the way back. */
let whole: unknown;
let reverted: unknown;
const downTo = `shop/${name(1, 'effects')}`;

let crashing: Crashing;
/** Cloned for each point: making the ledger, or applying all, takes longer than most points do. */
let templates: Templates;

beforeAll(async () => {
  templates = await makeTemplates(inject('serverUrl'));
  crashing = await ownServer();
  const place = await ordinaryPlace('whole');
  whole = await found(place);
  await using source = await files();
  await using runner = await testRunner(place, [source.source]);
  await runner.migrate.down({ to: downTo });
  reverted = await found(place);
  await runner.migrate.up();
  expect(await found(place)).toEqual(whole);
});
afterAll(() => crashing?.[Symbol.asyncDispose]());

type Templates = Readonly<Record<Exclude<Start, 'empty'>, readonly string[]>>;

async function makeTemplates(serverUrl: string): Promise<Templates> {
  const make = (start: Exclude<Start, 'empty'>, sources: readonly TestSource[]) =>
    templateDatabases(serverUrl, { runId: inject('runId'), key: `kills_${start}`, count: 2 }, async (urls) => {
      const [oltp, content] = urls.map(endpointOf) as [Endpoint, Endpoint];
      await prepareDatabases([oltp, content]);
      await using runner = await testRunner({ oltp, content }, [...sources.map(({ source }) => source)]);
      await runner.migrate.up();
    });
  // A migration of a source that is in no later run: the ledger comes with it.
  await using other = await testSource({ 'migrations/0001_nothing.sql': 'select 1;\n' }, { name: 'other', tiers: ['oltp', 'content'] });
  await using source = await files();
  return { ledger: await make('ledger', [other]), whole: await make('whole', [source]) };
}

async function prepareDatabases(endpoints: readonly Endpoint[]): Promise<void> {
  for (const endpoint of endpoints) {
    await using client = await connectTo(endpoint);
    await client.query(preparation);
  }
}

/** Brings a place to where the point's run begins. */
async function prepare(point: Point, place: Place, source: TestSource): Promise<void> {
  // The lock of a table takes a table; whoever holds at a stop finds it there.
  if (point.isDown || !point.hold || point.stops) return;
  await using runner = await testRunner(place, [source.source]);
  const isFirst = ({ name: one }: { name: string }) => one.endsWith('_effects');
  await up(runner.context, {}, (all) =>
    all.map((one) => (one.name === 'shop' ? { ...one, migrations: one.migrations.filter(isFirst), objects: [] } : one)),
  );
}

/** Runs until the point, kills, and expects that running again ends as if nothing had been. */
async function expectSame(point: Point, place: Place, kill: (source: TestSource, ready: Promise<void>) => Promise<void>): Promise<void> {
  await using source = await files(point);
  await prepare(point, place, source);
  await using held = await steer(point, place);
  await kill(source, held.ready);
  await held[Symbol.asyncDispose]();
  await using runner = await testRunner(place, [source.source]);
  if (point.isDown) {
    await runner.migrate.down({ to: downTo });
    expect(await found(place)).toEqual(reverted);
  }
  await runner.migrate.up();
  expect(await found(place)).toEqual(whole);
}

/** Holds the stops and the other session's transaction; `ready` once nothing is left to do but to wait for the point. */
async function steer({ hold, stops = [] }: Point, place: Place) {
  const clients: pg.Client[] = [];
  const open = async () => {
    const client = await connectTo(place.oltp);
    clients.push(client);
    return client;
  };
  const stopper = await open();
  const key = (at: string) => `(${stopKey}, hashtext('${at}') & 65535)`;
  const [first, ...others] = stops;
  if (first !== undefined) await stopper.query(`select pg_advisory_lock${key(first)}`);
  if (hold !== undefined && first === undefined) await (await open()).query(hold);
  const lead = async () => {
    let last = first;
    for (const next of others) {
      await holds(place.client, asleep);
      await stopper.query(`select pg_advisory_lock${key(next)}, pg_advisory_unlock${key(last ?? '')}`);
      last = next;
    }
    if (hold === undefined || last === undefined) return;
    await holds(place.client, asleep);
    await (await open()).query(hold);
    await stopper.query(`select pg_advisory_unlock${key(last)}`);
  };
  const ready = lead();
  ready.catch(() => {});
  let isEnded = false;
  return {
    ready,
    async [Symbol.asyncDispose]() {
      if (!isEnded) for (const client of clients) await client.end().catch(() => {});
      isEnded = true;
    },
  };
}

/** Asks again and again until the answer is yes. */
async function holds(client: pg.Client, question: string): Promise<void> {
  const by = Date.now() + 60_000;
  for (;;) {
    const { rows } = await client.query({ text: question, rowMode: 'array' });
    if (rows[0]?.[0] === true) return;
    if (Date.now() > by) throw new Error(`never true: ${question}`);
    await delay(5);
  }
}

/** The run in this process, with `strike` called at the point; ends when both have. */
async function strikeAt(
  point: Point,
  place: Place,
  source: TestSource,
  ready: Promise<void>,
  strike: () => Promise<unknown>,
): Promise<void> {
  await using runner = await testRunner(place, [source.source]);
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const onProgress = (line: string) => {
    if (point.when instanceof RegExp && point.when.test(line)) resolve();
  };
  const run = point.isDown ? runner.migrate.down({ to: downTo, onProgress }) : runner.migrate.up({ onProgress });
  const ended = run.then(
    () => {},
    () => {},
  );
  await ready;
  await (typeof point.when === 'string' ? holds(place.client, point.when) : reached);
  await strike();
  await ended;
}

test.concurrent.for(points)('[I1] the runner is killed: $name', async (point) => {
  const place = await ordinaryPlace(startOf(point));
  await expectSame(point, place, async (source, ready) => {
    const killAt = point.when instanceof RegExp ? point.when.source : undefined;
    const job = {
      endpoint: { oltp: place.oltp, content: place.content },
      sources: [source.source],
      killAt,
      ...(point.isDown && { down: downTo }),
    };
    await using child = spawnRunner(job);
    if (typeof point.when === 'string') {
      const tooSoon = child.exit().then(() => Promise.reject(new Error(`ended before the point:\n${child.output()}`)));
      await Promise.race([ready.then(() => holds(place.client, String(point.when))), tooSoon]);
      await child.kill9();
    }
    expect(await child.exit(), child.output()).toMatchObject({ signal: 'SIGKILL' });
  });
});

// The runner is killed at every point. To it a terminated backend and a crashed server look alike: they take turns at every third point,
// or meet all of them in a long night.
const isLongNight = process.env.PLINTH_TEST_ALL_KILLS === '1';
const crashes = points.filter((_, index) => isLongNight || index % 6 === 0);
const terminations = points.filter((_, index) => isLongNight || index % 6 === 3);

test.concurrent.for(terminations)('[I1] the backend is terminated: $name', async (point) => {
  const place = await ordinaryPlace(startOf(point));
  await expectSame(point, place, (source, ready) =>
    strikeAt(point, place, source, ready, () =>
      place.client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'plinth migrate %'",
      ),
    ),
  );
});

test.for(crashes)('[I1] the server crashes: $name', async (point) => {
  await using place = await crashingPlace(startOf(point));
  await expectSame(point, place, (source, ready) =>
    // A backend that is killed takes all of them along: the server goes through recovery as after any crash.
    strikeAt(point, place, source, ready, () =>
      killServer(place, "select pid from pg_stat_activity where application_name like 'plinth migrate %'"),
    ),
  );
});

test('[I1] the server is killed and started again by its supervisor', async () => {
  for (const when of isLongNight ? [/_effects applied/, /step 1 create-index/, /_far$/] : [/step 1 create-index/]) {
    await using place = await crashingPlace('ledger');
    const point = { name: String(when), when };
    await expectSame(point, place, (source, ready) => strikeAt(point, place, source, ready, () => killServer(place)));
  }
});

/** SIGKILL to the first process that `victims` names, or to the whole server; returns when it is up again. */
async function killServer(place: Place, victims?: string): Promise<void> {
  const pid = victims === undefined ? crashing.pid() : Number((await place.client.query(victims)).rows[0]?.pid ?? crashing.pid());
  const lost = new Promise((resolve) => place.client.once('end', resolve));
  process.kill(pid, 'SIGKILL');
  await lost;
  const again = await until(() => connectTo(place.oltp), { what: 'the server to be started again' });
  await again.end();
}

test('[I1] the runner is killed at random times', { timeout: randomKills * 30_000 }, async () => {
  await using source = await files();
  for (let n = 0; n < randomKills; n++) {
    const place = await ordinaryPlace(Math.random() < 0.5 ? 'empty' : 'ledger');
    const job = { endpoint: { oltp: place.oltp, content: place.content }, sources: [source.source] };
    await using child = spawnRunner(job);
    await child.line(/lock held/);
    await delay(Math.random() * 500);
    await child.kill9();
    await using runner = await testRunner(place, [source.source]);
    await runner.migrate.up();
    expect(await found(place)).toEqual(whole);
  }
});

const files = ({ stops = [] }: Partial<Point> = {}) => {
  const isInHook = stops.some((at) => /^(?:before|after|step)/.test(at));
  return testSource({ ...foundation, ...rest, ...(isInHook && hooks) }, { layout: 'product' });
};

const spawnRunner = (job: unknown) => spawnScript(script, { args: [JSON.stringify(job)] });

async function ordinaryPlace(start: Start): Promise<Place> {
  const make = (index: number) => {
    const template = start === 'empty' ? undefined : templates[start][index];
    return testDatabase(template === undefined ? {} : { template });
  };
  const [oltp, content] = [await make(0), await make(1)];
  if (start === 'empty') await prepareDatabases([oltp.endpoint, content.endpoint]);
  return { oltp: oltp.endpoint, content: content.endpoint, client: oltp.client };
}

interface Crashing extends AsyncDisposable {
  readonly admin: Endpoint;
  readonly templates: Templates;
  pid(): number;
}

/** One server for all points: it is killed, and started again by its supervisor. */
async function ownServer(): Promise<Crashing> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await stoppedServerFolder('plinth-migrate-');
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  const deps = { clock: systemClock, log: silentLog, dataDir };
  const cluster = cleanup.use(await openCluster(deps, withDefaults(clusterOptions, { engine: 'embedded', port: 0 })));
  const admin = { ...cluster.endpoint('oltp'), database: 'postgres' };
  {
    await using client = await connectTo(admin);
    // What a killed process wrote stays with the operating system: recovery has the same to do, only sooner.
    for (const setting of ['fsync', 'full_page_writes']) await client.query(`alter system set ${setting} = off`);
    await client.query('select pg_reload_conf()');
  }
  const made = await makeTemplates(urlOf(admin));
  const stack = cleanup.move();
  return {
    admin,
    templates: made,
    pid: () => Number(readFileSync(join(dataDir, 'main/data/postmaster.pid'), 'utf8').split('\n', 1)[0]),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

let places = 0;
async function crashingPlace(start: Start): Promise<Place & AsyncDisposable> {
  const names = [`oltp_${places}`, `content_${places++}`] as const;
  {
    await using admin = await connectTo(crashing.admin);
    for (const [index, database] of names.entries()) {
      const template = start === 'empty' ? 'template0' : (crashing.templates[start][index] ?? '');
      await admin.query(`create database ${quoteIdentifier(database)} template ${quoteIdentifier(template)}`);
    }
  }
  const [oltp, content] = names.map((database) => ({ ...crashing.admin, database })) as [Endpoint, Endpoint];
  if (start === 'empty') await prepareDatabases([oltp, content]);
  const client = await connectTo(oltp);
  return { oltp, content, client, [Symbol.asyncDispose]: () => client.end().catch(() => {}) };
}
