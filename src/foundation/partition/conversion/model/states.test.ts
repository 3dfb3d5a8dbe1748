import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canMove, conversionStates, nextStep, routeNames } from './states.ts';

test('every open conversion has a way back, no ended one moves', () => {
  for (const state of conversionStates) {
    const isEnded = state === 'finished' || state === 'undone';
    expect(canMove(state, 'undone'), state).toBe(!isEnded);
    if (isEnded) for (const to of conversionStates) expect(canMove(state, to)).toBe(false);
  }
});

test('nothing is swapped that was not verified, nothing finished that was not swapped', () => {
  for (const state of conversionStates) {
    expect(canMove(state, 'swapped')).toBe(state === 'verified');
    expect(canMove(state, 'finished')).toBe(state === 'swapped');
  }
});

test('steps lead to a decision, whatever the route', () => {
  fc.assert(
    fc.property(fc.constantFrom(...routeNames), (route) => {
      const reached = { prepare: 'prepared', copy: 'copying', verify: 'verified' } as const;
      let state: (typeof conversionStates)[number] = 'planned';
      for (let step = nextStep(state, route); step; step = nextStep(state, route)) {
        expect(canMove(state, reached[step])).toBe(true);
        state = reached[step];
      }
      expect(state).toBe('verified');
    }),
  );
});
