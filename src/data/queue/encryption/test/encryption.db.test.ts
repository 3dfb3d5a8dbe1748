import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/until.ts';
import type { Crypto } from '../../../../trust/crypto/index.ts';
import type { Control } from '../../control/index.ts';
import type { Dead } from '../../dead/index.ts';
import { openQueueTest, type QueueTest } from '../../enqueue/test/fixture.ts';
import type { JobKind } from '../../index.ts';

interface Payment {
  readonly id: number;
  readonly card?: { readonly number?: string | null; readonly holder: string };
  readonly notes?: readonly string[];
}

let on: QueueTest;
let tenantId: string;
let pay: JobKind<Payment>;
const seen: unknown[] = [];

beforeAll(async () => {
  on = await openQueueTest();
  tenantId = (await on.tenancy.create({ slug: 'sealed' })).id;
  pay = on.queue.define<Payment>({
    name: 'pay',
    queue: 'analytics',
    encrypted: ['card.number', 'notes'],
    maxAttempts: 1,
    handler: ({ payload }) => {
      seen.push(payload);
      if (payload.id === 13) throw new Error('declined');
    },
  });
});
afterAll(() => on[Symbol.asyncDispose]());

const stored = async (id: string) => (await on.rows('select payload::text from queue.jobs where id = $1', [id]))[0]?.payload as string;
const payloadOf = (id: number): Payment => ({ id, card: { number: '4111 1111 1111 1111', holder: 'Jane' }, notes: ['behind the door'] });

describe('[I125] fields that a definition names are stored encrypted', () => {
  test('for the handler alone they are in clear, also when a dead letter is redriven', async () => {
    const { id } = await on.queue.enqueue(pay, payloadOf(13), { tenantId });
    const text = await stored(id);
    expect(JSON.parse(text)).toEqual({
      id: 13,
      card: { number: { $encrypted: expect.any(String) }, holder: 'Jane' },
      notes: { $encrypted: expect.any(String) },
    });
    expect(text).not.toMatch(/4111|behind/);

    const worker = on.queue.worker();
    await worker.start();
    try {
      await until(async () => (await on.rows(`select from queue.dead_letter_jobs where job_id = $1`, [id])).length > 0);
      const dead = (on.queue as unknown as { readonly dead: Dead }).dead;
      expect((await dead.redrive({ ids: [id] }, { by: 'test' })).redriven).toHaveLength(1);
      await until(() => seen.length >= 2);
      expect(seen).toEqual([payloadOf(13), payloadOf(13)]);

      // What cannot be read is no reason to try again.
      const [moved] = await on.rows(`select queue.enqueue('analytics', 'pay', $1::jsonb) as id`, [text.replace('number', 'other')]);
      await until(
        async () =>
          (await on.rows(`select from queue.dead_letter_jobs where job_id = $1 and reason = 'bad_payload'`, [moved?.id])).length > 0,
      );
      expect(seen).toHaveLength(2);
    } finally {
      await worker.stop();
    }
    expect(JSON.stringify(await on.rows('select * from queue.dead_letter_jobs'))).not.toMatch(/4111|behind/);
    const { control } = on.queue as unknown as { readonly control: Control };
    expect(JSON.stringify(await control.show(id))).not.toMatch(/4111|behind/);
  });

  test('what is absent or null stays so; of many each is its own', async () => {
    const items = [{ payload: { id: 1 } }, { payload: { id: 2, card: { number: null, holder: 'Joe' } } }, { payload: payloadOf(3) }];
    const made = await on.queue.enqueueMany(
      pay,
      items.map((item) => ({ ...item, tenantId })),
    );
    const texts = await Promise.all(made.map(({ id }) => stored(id)));
    expect(texts.map((text) => JSON.parse(text))).toMatchObject([
      { id: 1 },
      { id: 2, card: { number: null } },
      { notes: { $encrypted: expect.any(String) } },
    ]);
  });

  test('nobody can enqueue one before it is known whose key it is to be, or after that is gone', async () => {
    await expect(
      on.connect.transaction({ tier: 'queue', as: 'system', tag: 'test' }, (tx) => on.queue.enqueueIn(tx, pay, payloadOf(4))),
    ).rejects.toMatchObject({ code: 'PLINTH_QUEUE_BAD_OPTION', message: expect.stringContaining('card.number') });
    const gone = (await on.tenancy.create({ slug: 'shredded' })).id;
    await on.queue.enqueue(pay, payloadOf(5), { tenantId: gone });
    await on.platform.use<Crypto>('crypto').shred(gone);
    await expect(on.queue.enqueue(pay, payloadOf(6), { tenantId: gone })).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_KEYS_DESTROYED' });
  });
});

test.each([
  [{ encrypted: [] }, /not a list of fields/],
  [{ encrypted: ['a', 'a.b'] }, /"a.b" and what holds it/],
  [{ encrypted: ['a'], unique: {} }, /unique by its whole payload/],
  [{ encrypted: ['a'], unique: { fields: ['b', 'a.c'] } }, /"a.c" is encrypted, so it cannot be part/],
  [{ encrypted: ['to.address'], subjects: { to: 'email' } }, /"to" is encrypted, so nobody is found by it/],
])('a definition that cannot work is refused: %j', (given, problem) => {
  expect(() => on.queue.define({ name: 'wrong', queue: 'analytics', ...given })).toThrow(problem);
});
