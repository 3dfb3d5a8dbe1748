import { expect, test } from 'vitest';
import { decideStep } from './steps.ts';

test('[I5] a finished step is never run again, whatever the catalog says now', () => {
  for (const answer of ['done', 'absent', 'leftover', 'unknown'] as const) expect(decideStep('done', answer, true)).toBe('skip');
});

test('[I5] the catalog decides where it can be asked', () => {
  for (const recorded of [undefined, 'pending', 'running', 'failed'] as const) {
    expect(decideStep(recorded, 'done', false)).toBe('record');
    expect(decideStep(recorded, 'absent', false)).toBe('run');
    expect(decideStep(recorded, 'leftover', false)).toBe('clean and run');
  }
});

test('[I5] without a probe an interrupted step is left to a person, unless its author calls it idempotent', () => {
  expect(decideStep(undefined, 'unknown', false)).toBe('run');
  expect(decideStep('pending', 'unknown', false)).toBe('run');
  expect(decideStep('running', 'unknown', false)).toBe('repair');
  expect(decideStep('failed', 'unknown', false)).toBe('repair');
  expect(decideStep('running', 'unknown', true)).toBe('run');
});
