import { expect, test } from 'vitest';
import { migrationStates, statesBefore } from './states.ts';

test('[I6] nothing leaves applied, and applied is reached from running only', () => {
  expect(statesBefore('applied')).toEqual(['running']);
  for (const to of migrationStates) expect(statesBefore(to)).not.toContain('applied');
});

test('[I6] a migration in repair does not run before it was settled', () => {
  expect(statesBefore('running').toSorted()).toEqual(['blocked', 'failed', 'pending']);
  expect(statesBefore('pending').toSorted()).toEqual(['needs_repair', 'running']);
});
