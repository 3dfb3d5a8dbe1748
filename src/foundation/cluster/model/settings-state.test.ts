import { expect, it } from 'vitest';
import { isSameValue, settingState } from './settings-state.ts';

it.each([
  ['1024MB', '1GB', true],
  ['60s', '1min', true],
  ['4', '4.0', true],
  ['on', 'on', true],
  ['64MB', '128MB', false],
  ['1GB', '1', false],
  ['on', 'off', false],
])('%s and %s mean the same: %s', (one, other, isSame) => {
  expect(isSameValue(one, other)).toBe(isSame);
});

const wanted = { name: 'shared_buffers', value: '64MB', reason: '' };
const running = { name: 'shared_buffers', value: '128MB', isPendingRestart: false, sourceFile: 'plinth.conf' };

it('tells why a value is not the wanted one', () => {
  const state = (change: object) => settingState(wanted, { ...running, ...change }, 'plinth.conf');
  expect(state({ value: '65536kB' })).toBe('as wanted');
  expect(state({ isPendingRestart: true })).toBe('pending restart');
  expect(state({})).toBe('pending reload');
  expect(state({ sourceFile: 'postgresql.auto.conf' })).toBe('overruled');
  expect(settingState(wanted, undefined, 'plinth.conf')).toBe('not running');
});
