import { expect, test } from 'vitest';
import { fakeClock, testDatabase, until } from './support/index.ts';

const database = await testDatabase();

test('a test database is empty and of its own', async () => {
  const { rows } = await database.client.query(
    "select current_database() as name, count(*) as tables from pg_tables where schemaname !~ '^pg_|^information_schema$'",
  );
  expect(rows).toEqual([{ name: database.name, tables: '0' }]);
});

test('until gives the value, and says what it waited for', async () => {
  let calls = 0;
  expect(await until(() => ++calls > 2 && calls)).toBe(3);
  await expect(until(() => false, { timeoutMs: 50, what: 'the end of the world' })).rejects.toThrow(
    'not within 50 ms: the end of the world',
  );
});

test('the fake clock wakes sleepers in order, also those that sleep again', async () => {
  const clock = fakeClock();
  const woken: number[] = [];
  const loop = async (ms: number) => {
    for (let round = 0; round < 2; round++) {
      await clock.sleep(ms);
      woken.push(ms);
    }
  };
  void loop(30);
  void loop(20);
  await clock.advance(60);
  expect(woken).toEqual([20, 30, 20, 30]);
  expect(clock.sleeping).toBe(0);
  const controller = new AbortController();
  const sleep = clock.sleep(10, controller.signal);
  controller.abort(new Error('enough'));
  await expect(sleep).rejects.toThrow('enough');
});
