import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connect } from '../../../../foundation/connect/index.ts';
import { countPatterns } from '../patterns.ts';
import { type QueueFixture, queueFixture } from './fixture.ts';

let fixture: QueueFixture;
let acme: string;
const by = 'ada';
beforeAll(async () => {
  fixture = await queueFixture();
  acme = await fixture.tenant('acme');
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function letters(count: number, signature: string, tenantId = acme, type = 'send'): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const error = { name: 'TypeError', message: `no order ${index}`, signature };
    ids.push(await fixture.job({ tenantId, type, errors: [error], payload: { index }, place: 'nowhere' }));
  }
  await fixture.sql(
    `select queue.bury(array_agg($1::uuid), array_agg(id), array_agg('exhausted'::text), array_agg(''::text)) from unnest($2::uuid[]) id`,
    [tenantId, ids],
  );
  await fixture.sql(`update queue.jobs set status = 'dead', completed = now() where id = any($1)`, [ids]);
  return ids;
}

test('[I52] a dead letter is redriven once, by whoever is first, as a job that names it', async () => {
  const [id = ''] = await letters(1, 'once');
  const tries = await Promise.allSettled(Array.from({ length: 4 }, () => fixture.queue.dead.redrive({ ids: [id] }, { by })));
  const made = tries.flatMap((one) => (one.status === 'fulfilled' ? one.value.redriven : []));
  expect(made).toHaveLength(1);
  expect(await fixture.sql('select id, payload, origin_id from queue.jobs where origin_id = $1', [id])).toEqual([
    { id: made[0]?.as, payload: { index: 0 }, origin_id: id },
  ]);
  expect(await fixture.sql('select count(*)::int from queue.job_ready where id = $1', [made[0]?.as])).toEqual([{ count: 1 }]);
  await expect(fixture.queue.dead.redrive({ ids: [id] }, { by })).rejects.toMatchObject({ code: 'PLINTH_QUEUE_NO_LETTER' });
  expect(await fixture.queue.control.show(id)).toMatchObject({
    state: 'dead',
    redrivenAs: made[0]?.as,
    actions: [{ action: 'redrive', by }],
  });
});

test('[I53] by signature ten are tried, and the rest only after they worked; what is above the rate is due later', async () => {
  await letters(14, 'many');
  const { redrive } = fixture.queue.dead;
  await expect(redrive({ signature: 'many', isAll: true }, { by })).rejects.toMatchObject({ code: 'PLINTH_QUEUE_TRIAL_OPEN' });
  const trial = await redrive({ signature: 'many' }, { by });
  expect([trial.redriven.length, trial.left]).toEqual([10, 4]);
  await letters(11, 'many');
  await expect(redrive({ signature: 'many', isAll: true }, { by })).rejects.toThrow('10 that were redriven in the last day 0 completed');
  const worked = trial.redriven.map((one) => one.as);
  await fixture.sql(`update queue.jobs set status = 'completed', completed = now() where id = any($1)`, [worked]);
  const rest = await redrive({ signature: 'many', isAll: true, perSecond: 2 }, { by });
  expect([rest.redriven.length, rest.left]).toEqual([15, 0]);
  const [due] = await fixture.sql(
    `select extract(epoch from max(due) - min(due))::float8 as spread, count(*)::int from queue.job_delayed where id = any($1)`,
    [rest.redriven.map((one) => one.as)],
  );
  expect(due).toEqual({ spread: 6.5, count: 14 });
});

test('[I54] failures are counted into patterns once, with what stands out told once an hour', async () => {
  const connect = fixture.platform.use<Connect>('connect');
  const globex = await fixture.tenant('globex');
  await fixture.sql(`update queue.pattern_marks set counted = now() - interval '1 hour'`);
  await letters(2, 'rare', globex, 'bounce');
  await fixture.sql(`update queue.job_results set completed = now() - interval '55 minutes' where error ->> 'signature' = 'rare'`);
  const count = () => connect.transaction({ tier: 'queue', as: 'owner', tag: 'test' }, (tx) => countPatterns(tx));
  const told = await count();
  expect(told).toMatchObject([
    { signature: 'rare', type: 'bounce', kind: 'TypeError: no order #', jobs: 2, tenants: 1, findings: ['new'] },
  ]);
  expect(await count()).toEqual([]);
  expect(await fixture.queue.dead.patterns({ type: 'bounce' })).toMatchObject([
    { signature: 'rare', count: 2, dead: 2, findings: ['new'] },
  ]);
});

test('[I126] a type that is to stop at what stands out is paused at it, once, and the trail says for what', async () => {
  const { queue } = fixture;
  const connect = fixture.platform.use<Connect>('connect');
  queue.define({ name: 'charge', queue: 'mail', pauseOn: ['version', 'new'] });
  await queue.definitions.sync();
  const count = () => connect.transaction({ tier: 'queue', as: 'owner', tag: 'test' }, (tx) => countPatterns(tx));
  const fails = async (signature: string, type: string) => {
    await fixture.sql(`update queue.pattern_marks set counted = now() - interval '1 hour'`);
    await letters(1, signature, acme, type);
    await fixture.sql(`update queue.job_results set completed = now() - interval '55 minutes' where error ->> 'signature' = $1`, [
      signature,
    ]);
    return (await count()).map(({ type, isPaused }) => [type, isPaused]);
  };
  expect(await fails('declined', 'charge')).toEqual([['charge', true]]);
  expect(await fails('refused', 'bounce')).toEqual([['bounce', false]]);
  expect(await fails('expired', 'charge')).toEqual([['charge', false]]);
  expect(await fixture.sql(`select t.name from queue.job_types t where t.is_paused`)).toEqual([{ name: 'charge' }]);
  expect(await fixture.sql(`select target, details, acted_by from queue.job_audits where action = 'pause'`)).toEqual([
    { target: 'charge', details: { signature: 'declined', findings: ['new'] }, acted_by: 'queue.patterns' },
  ]);
  expect(() => queue.define({ name: 'wrong', queue: 'mail', pauseOn: ['often' as never] })).toThrow(
    'pauseOn has "often", which is none of new',
  );
});
