import { expect, test } from 'vitest';
import { PlinthError } from './errors.ts';
import { asAudited, createEventBus, type KernelEvents } from './events.ts';

const done = (action: string) => ({ action, success: true });

test('who listens is told, in order, until he no longer listens', () => {
  const bus = createEventBus();
  const told: string[] = [];
  const stop = bus.on('audited', ({ action }) => told.push(`a ${action}`));
  bus.on('audited', ({ action }) => told.push(`b ${action}`));
  bus.emit('audited', done('one'));
  stop();
  bus.emit('audited', done('two'));
  expect(told).toEqual(['a one', 'b one', 'b two']);
});

test('what was done before anybody listened is told to the first listener, once', () => {
  const bus = createEventBus();
  bus.emit('audited', done('early'));
  bus.emit('notified', { title: 't', message: 'm', severity: 'info', category: 'c' });
  const told: string[] = [];
  bus.on('notified', () => told.push('notified'));
  const listen = ({ action }: KernelEvents['audited']) => told.push(action);
  bus.on('audited', listen);
  bus.on('audited', listen);
  expect(told).toEqual(['early']);
});

test('an audited action is told however it ends, unless nothing happened', async () => {
  const bus = createEventBus();
  const told: KernelEvents['audited'][] = [];
  bus.on('audited', (event) => told.push(event));
  const action = { action: 'shop.open', details: { door: 'front' } };
  expect(
    await asAudited(
      bus,
      action,
      async () => 3,
      (rows) => ({ affectedRows: rows }),
    ),
  ).toBe(3);
  await asAudited(
    bus,
    action,
    async () => 0,
    () => undefined,
  );
  const refusal = new PlinthError({ code: 'PLINTH_SHOP_LOCKED', message: 'locked' });
  await expect(asAudited(bus, action, () => Promise.reject(refusal))).rejects.toBe(refusal);
  expect(told).toEqual([
    { ...action, success: true, affectedRows: 3, durationMs: expect.any(Number) },
    { ...action, success: false, durationMs: expect.any(Number), details: { door: 'front', reason: 'PLINTH_SHOP_LOCKED' } },
  ]);
});
