import { expect, test } from 'vitest';
import type { JobDefinition } from '../model/types.ts';
import { problemOf } from './check-definition.ts';

const here = new URL('check-definition.ts', import.meta.url);
const problem = (definition: Partial<JobDefinition<unknown>>) => problemOf({ name: 'resize', queue: 'default', ...definition });

test('[I6] a handler with isolation is a module that is there, one without is a function', () => {
  expect(problem({ handler: here, isolation: 'thread', maxMemoryMb: 64 })).toBeUndefined();
  expect(problem({ isolation: 'process' })).toBeUndefined();
  expect(problem({ handler: here })).toMatch(/is a module: say isolation/);
  expect(problem({ handler: () => {}, isolation: 'process' })).toMatch(
    /cannot be taken to a process: make it the default export of a module/,
  );
  expect(problem({ handler: new URL('nowhere.ts', here), isolation: 'thread' })).toMatch(
    /its handler file:.*nowhere\.ts is no file that exists/,
  );
  expect(problem({ handler: new URL('https://example.org/a.ts'), isolation: 'thread' })).toMatch(/is no file that exists/);
  expect(problem({ isolation: 'fiber' as never })).toMatch(/"fiber" is neither "thread" nor "process"/);
  expect(problem({ maxMemoryMb: 64 })).toMatch(/is for a thread or process: say isolation/);
  expect(problem({ isolation: 'thread', maxMemoryMb: 1.5 })).toMatch(/1\.5 is no whole number from 8/);
});
