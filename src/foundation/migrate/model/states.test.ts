import { expect, test } from 'vitest';
import { migrationStates, statesBefore } from './states.ts';

test('[I6] applied is reached from running, or back from reverting; it is left by the way back only', () => {
  expect(statesBefore('applied')).toEqual(['running', 'reverting']);
  expect(migrationStates.filter((to) => statesBefore(to).includes('applied'))).toEqual(['reverting']);
});

test('[I13] only what was applied by a run goes back, and then may be applied again', () => {
  expect(statesBefore('reverting')).toEqual(['applied', 'reverting']);
  expect(statesBefore('reverted')).toEqual(['reverting']);
  expect(statesBefore('running')).toContain('reverted');
});

test('[I6] a migration in repair does not run before it was settled', () => {
  expect(statesBefore('running').toSorted()).toEqual(['blocked', 'failed', 'pending', 'reverted']);
  expect(statesBefore('pending').toSorted()).toEqual(['needs_repair', 'running']);
});
