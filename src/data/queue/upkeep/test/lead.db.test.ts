import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnScript, type TestChild } from '../../../../../tests/support/child.ts';
import { connectTo } from '../../../../../tests/support/connect-to.ts';
import { until } from '../../../../../tests/support/index.ts';
import { testPasswords } from '../../../../../tests/support/roles.ts';
import type { Connect } from '../../../../foundation/connect/index.ts';
import { type Service, silentLog, systemClock, uuidv7 } from '../../../../kernel/index.ts';
import { type LedLoop, lead } from '../index.ts';
import { type UpkeepFixture, upkeepFixture } from './fixture.ts';

let fixture: UpkeepFixture;
beforeAll(async () => {
  fixture = await upkeepFixture();
  await fixture.sql(
    'create table public.marks (term bigint, made timestamptz default clock_timestamp()); grant all on public.marks to plinth_owner',
  );
});
afterAll(() => fixture[Symbol.asyncDispose]());

const child = (mode: string): TestChild => {
  const login = { user: 'plinth_migrator', password: testPasswords.migratorPassword };
  const endpoint = JSON.stringify({ ...fixture.platform.databases.queue.endpoint, ...login });
  return spawnScript(new URL('leader-child.ts', import.meta.url), { args: [endpoint, mode], cwd: tmpdir() });
};
const leader = (loops: readonly LedLoop[], { name = 'test', lastsMs = 1_000 } = {}): Service =>
  lead({ connect: fixture.connect, clock: systemClock, log: silentLog }, { name, holder: uuidv7(), lastsMs, pollMs: 50 }, loops);
const termOf = async (name: string) =>
  Number((await fixture.sql('select term from queue.queue_leaders where name = $1', name))[0]?.term ?? 0);

test('[I26] a leader that is killed in the middle of a rescue, a fold and a rotation has done nothing, and the next one does it', async () => {
  const [lost, done] = [await fixture.jobs(3), await fixture.jobs(3)];
  await fixture.claim(lost, -1);
  const lease = await fixture.claim(done, 30);
  await fixture.finish(lease, done);
  await fixture.sql('update queue.job_leases set finished = now() where id = $1', lease);
  await using other = child('midway');
  for (const name of ['rescue', 'fold', 'rotate']) await other.line(new RegExp(`^midway ${name}$`));
  await other.kill9();
  expect(await fixture.places()).toEqual({ leased: 3 });
  expect(await fixture.sql('select slot from queue.ready_slots')).toEqual([{ slot: 0 }]);
  const service = leader(fixture.queue.upkeep.loops);
  service.start();
  try {
    await until(async () => (await fixture.sql(`select from queue.jobs where status = 'completed'`)).length === 3);
    await until(async () => (await fixture.places()).ready === 3);
  } finally {
    await service.stop();
  }
  expect(await termOf('test')).toBe(2);
});

test('[I26] a leader whose session is lost while its term begins tries again', async () => {
  const real = fixture.connect;
  let sessions = 0;
  const session: Connect['session'] = async (request) => {
    const opened = await real.session(request);
    const onLost = opened.onLost.bind(opened);
    if (sessions++ > 0) return opened;
    return Object.assign(opened, {
      onLost(listener: (error: Error) => void) {
        onLost(listener);
        setImmediate(listener, new Error('the connection was lost'));
      },
    });
  };
  const connect = Object.assign(Object.create(real) as Connect, { transaction: real.transaction.bind(real), session });
  let led = 0;
  const mark: LedLoop = {
    name: 'mark',
    intervalMs: 100,
    async run({ term }) {
      led = term;
      return undefined;
    },
  };
  const service = lead({ connect, clock: systemClock, log: silentLog }, { name: 'begun', holder: uuidv7(), pollMs: 50 }, [mark]);
  service.start();
  try {
    await until(() => led > 0, { what: 'a term' });
  } finally {
    await service.stop();
  }
  expect(sessions).toBeGreaterThan(1);
});

test('[I27] a leader that was frozen is put out, and writes nothing when it comes back', async () => {
  await using frozen = child('marks');
  const first = await frozen.line(/^marked \d+$/);
  frozen.signal('SIGSTOP');
  let taken = 0;
  const take: LedLoop = {
    name: 'take',
    intervalMs: 100,
    async run({ term }) {
      taken = term;
      return undefined;
    },
  };
  const service = leader([take]);
  service.start();
  try {
    await until(() => taken > 0);
    expect(first).toBe(`marked ${taken - 1}`);
    const marks = async () => (await fixture.sql('select from public.marks')).length;
    const before = await marks();
    frozen.signal('SIGCONT');
    await frozen.line(/^over$/);
    expect(await marks()).toBe(before);
  } finally {
    await service.stop();
  }
});

test('[I27] one that was frozen in the middle of transactions is put out with them, and what they had done is gone', async () => {
  await using frozen = child('midway');
  for (const name of ['rescue', 'fold', 'rotate']) await frozen.line(new RegExp(`^midway ${name}$`));
  const before = await termOf('test');
  frozen.signal('SIGSTOP');
  const service = leader([]);
  service.start();
  try {
    // Their own deadline is two minutes away.
    await until(async () => (await termOf('test')) > before);
    expect(await fixture.sql('select slot from queue.ready_slots')).toEqual([{ slot: 0 }]);
  } finally {
    await service.stop();
    await frozen.kill9();
  }
});

test('[I27] what is open in a term commits before the next one begins, and nothing is begun in it any more', async () => {
  const { promise: isOpen, resolve: open } = Promise.withResolvers<void>();
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const { promise: hasBegun, resolve: begin } = Promise.withResolvers<void>();
  const answers: unknown[] = [];
  const service = leader(
    [
      {
        name: 'write',
        intervalMs: 10,
        async run(held) {
          await held.transaction('test.write', async (tx) => {
            open();
            await mayEnd;
            await tx.query({ text: 'insert into public.marks values (-1)' });
          });
          await hasBegun;
          answers.push(await held.transaction('test.write', async () => 'written').catch((error) => error.code));
          return undefined;
        },
      },
    ],
    // So long that it is not its renewal that notices.
    { name: 'terms', lastsMs: 60_000 },
  );
  service.start();
  try {
    await isOpen;
    await using successor = await connectTo(fixture.platform.databases.queue.endpoint, 'successor');
    const next = successor.query(`select queue.begin_term('terms', uuidv7(), 60000)`);
    await until(
      async () =>
        (await fixture.sql(`select from pg_stat_activity where application_name = 'successor' and wait_event_type = 'Lock'`)).length > 0,
    );
    end();
    await next;
    begin();
    expect(await fixture.sql('select count(*)::int from public.marks where term = -1')).toEqual([{ count: 1 }]);
    await until(() => answers.length > 0);
    expect(answers).toEqual(['PLINTH_QUEUE_LEAD_LOST']);
  } finally {
    await service.stop();
  }
});
