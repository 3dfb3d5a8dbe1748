import { expect, test } from 'vitest';
import { migrationStates, statesBefore } from './states.ts';

test('[I6] applied is reached from running, or back from reverting; it is left by the way back, or to what stands for it', () => {
  expect(statesBefore('applied')).toEqual(['running', 'reverting']);
  expect(migrationStates.filter((to) => statesBefore(to).includes('applied'))).toEqual(['reverting', 'squashed']);
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

test('[I6] only what is not there becomes a baseline, only what is there is squashed, and neither is left again but by the other', () => {
  expect(statesBefore('baseline').toSorted()).toEqual(['blocked', 'failed', 'pending', 'reverted']);
  expect(statesBefore('squashed')).toEqual(['applied', 'baseline']);
  expect(migrationStates.filter((to) => statesBefore(to).includes('baseline'))).toEqual(['squashed']);
  expect(migrationStates.filter((to) => statesBefore(to).includes('squashed'))).toEqual([]);
});
