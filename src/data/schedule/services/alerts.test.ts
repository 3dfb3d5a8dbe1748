import { expect, test } from 'vitest';
import { createEventBus } from '../../../kernel/index.ts';
import { scheduleAlerts } from './alerts.ts';

test('[I12] what is wrong with a schedule is told when it begins, and again when it comes back', () => {
  const events = createEventBus();
  const told: string[] = [];
  events.on('notified', ({ title }) => void told.push(title));
  const alerts = scheduleAlerts(events);
  const stands = (state: 'ok' | 'failing' | 'overrunning' | 'missed') => alerts.stand([{ id: '1', name: 'nightly', state }]);
  for (const state of ['ok', 'failing', 'failing', 'overrunning', 'ok', 'failing', 'missed'] as const) stands(state);
  expect(told).toEqual([
    'schedule nightly is failing',
    'schedule nightly overruns',
    'schedule nightly is failing',
    'schedule nightly was missed',
  ]);
});

test('[I12] many that were missed at once are one alert, with the first of them', () => {
  const events = createEventBus();
  const told: unknown[] = [];
  events.on('notified', ({ title, message }) => void told.push(title, message));
  const late = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `s${n}`, planned: new Date(0), lateMs: 90_000 }));
  const alerts = scheduleAlerts(events);
  alerts.missed([]);
  alerts.missed(late(1));
  alerts.missed(late(7));
  expect(told).toEqual([
    'schedule s0 was missed',
    expect.stringContaining('s0 (1970-01-01T00:00:00.000Z)'),
    '7 schedules were missed',
    expect.stringContaining('and 2 more'),
  ]);
});
