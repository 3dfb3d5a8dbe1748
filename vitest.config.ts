import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SlowFirst } from './tests/support/slow-first.ts';

// The second try of `npm test`: each file in a process of its own, with nothing beside it.
const isAlone = process.env.PLINTH_TEST_ALONE !== undefined;
// Database tests wait, too: for locks, for processes that are killed, for servers that start. One more than there are processors took a
// fifth less time on two of them.
const maxWorkers = isAlone ? 1 : availableParallelism() + 1;
const limits = { testTimeout: 120_000, hookTimeout: 120_000, teardownTimeout: 60_000, pool: 'forks', maxWorkers } as const;

export default defineConfig({
  // What users import as `plinth/<name>` is this very package; Node resolves it by package.json's exports.
  test: {
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        test: {
          ...limits,
          name: 'unit',
          // Without a server they take a tenth of a second each; half of that was a process of their own.
          isolate: isAlone,
          include: ['{src,blueprints,scripts,console}/**/*.test.ts', 'tests/*.test.ts'],
          exclude: ['**/node_modules/**', '**/test/**', 'tests/*.db.test.ts'],
        },
      },
      {
        test: {
          ...limits,
          // Bounds for what hangs; servers are started and killed in here.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          name: 'database',
          include: ['{src,blueprints}/**/test/**/*.test.ts', 'tests/*.db.test.ts', 'tests/e2e/**/*.test.ts'],
          globalSetup: 'tests/support/global-setup.ts',
          setupFiles: 'tests/support/mark-file.ts',
        },
      },
    ],
  },
});
