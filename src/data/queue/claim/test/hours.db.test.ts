import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../../../foundation/connect/index.ts';
import { uuidv7 } from '../../../../kernel/index.ts';
import { type ClaimFixture, claimFixture, requestOf } from './fixture.ts';

// Six hours in steps of ten minutes, the number of jobs that come and go in one of them small.
const stepMin = 10;
const hours = 6;
const perStep = 20;
const mix = [0.9, 0.025, 0.025, 0.025, 0.025];

let fixture: ClaimFixture;
let session: Session;
beforeAll(async () => {
  fixture = await claimFixture(5);
  session = await fixture.session();
});
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await fixture?.[Symbol.asyncDispose]();
});

interface Course {
  /** Minutes, by band and tenant. */
  readonly longest: ReadonlyMap<string, number>;
  readonly waiting: number;
}

/**
 * The claims of the engine, hour after hour: the clock is moved by what waits growing older. `load` is the share that comes of what is done in a
 * step; nobody works while `isDown`.
 */
async function course(load: (hour: number) => number, isDown: (hour: number) => boolean = () => false): Promise<Course> {
  const { client } = fixture.platform.databases.queue;
  await fixture.clear();
  const claimer = fixture.claimer();
  const came = new Map<string, number>();
  const longest = new Map<string, number>();
  let [owed, count] = [0, 0];
  for (let minute = 0; minute < hours * 60; minute += stepMin) {
    const hour = minute / 60;
    await client.query(`update queue.job_ready set due = due - make_interval(mins => ${stepMin})`);
    const due = Date.now();
    const jobs = [];
    for (owed += load(hour) * perStep; owed >= 1; owed--, count++) {
      // The same sequence each time, in which every band and tenant comes.
      const place = (count * 0.618034) % 1;
      let [band, rest] = [0, place];
      while (band < mix.length - 1 && rest >= (mix[band] as number)) rest -= mix[band++] as number;
      const id = uuidv7();
      came.set(id, minute);
      jobs.push({ id, band, due, tenantId: fixture.tenants[count % fixture.tenants.length] as string });
    }
    await fixture.put(jobs);
    for (let left = isDown(hour) ? 0 : perStep; left > 0; ) {
      const { rows } = await client.query('select band, min(due) as due from queue.job_ready group by band');
      const oldest = mix.map((_, band) => rows.find((row) => row.band === band)?.due as Date | undefined);
      const claim = await claimer.claim(session, requestOf(Math.min(left, 5), oldest));
      if (!claim) break;
      left -= claim.jobs.length;
      for (const { id, band, tenantId } of claim.jobs) {
        const lane = `${band} ${fixture.tenants.indexOf(tenantId)}`;
        longest.set(lane, Math.max(longest.get(lane) ?? 0, minute - (came.get(id) as number)));
      }
    }
  }
  const { rows } = await client.query('select count(*)::integer as waiting from queue.job_ready');
  return { longest, waiting: rows[0].waiting };
}

test('[I35] through six hours of 90 % Critical at 80 % load no lane waits for long', async () => {
  const { longest, waiting } = await course(() => 0.8);
  expect(longest.size).toBe(mix.length * fixture.tenants.length);
  expect(Math.max(...longest.values())).toBeLessThan(60);
  expect(waiting).toBeLessThan(perStep);
});

test('[I35] after two hours without a worker no band and no tenant waits for four', async () => {
  const { longest } = await course(
    () => 0.8,
    (hour) => hour >= 1 && hour < 3,
  );
  expect(Math.max(...longest.values())).toBeGreaterThanOrEqual(110);
  expect(Math.max(...longest.values())).toBeLessThan(240);
});

test('[I32] at 130 % no band starves behind Critical, and what waits is done when less comes', async () => {
  const { longest, waiting } = await course((hour) => (hour < 3 ? 1.3 : 0.4));
  expect(longest.size).toBe(mix.length * fixture.tenants.length);
  expect(Math.max(...longest.values())).toBeLessThan(240);
  expect(waiting).toBeLessThan(perStep);
});
