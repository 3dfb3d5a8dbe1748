import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

const onPath = (names: readonly string[]) =>
  names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, name))).find((path) => existsSync(path));

/** What some suites need beyond npm, and how it is got. */
const requirements = {
  chromium: {
    find: () => process.env.PLINTH_TEST_CHROMIUM ?? onPath(['chromium', 'chromium-browser', 'google-chrome-stable']),
    remedy: 'no Chromium found; apt-get install chromium, or set PLINTH_TEST_CHROMIUM',
  },
  pgCron: {
    find: () => {
      const folder = process.env.PLINTH_TEST_PG_CRON ?? join(import.meta.dirname, '../../node_modules/.cache/plinth/pg_cron');
      return existsSync(join(folder, 'usr/lib/postgresql/18/lib/pg_cron.so')) && process.platform === 'linux' ? folder : undefined;
    },
    remedy: 'no pg_cron for PostgreSQL 18 found; on Debian or Ubuntu run .ci/pg-cron, or set PLINTH_TEST_PG_CRON to a folder made by it',
  },
  root: {
    find: () => (process.getuid?.() === 0 ? 'root' : undefined),
    remedy: 'needs root',
  },
} as const;

type Requirement = keyof typeof requirements;

/** A suite that runs where its requirement is met (`body` gets the path of the program) and otherwise says plainly why it was skipped. With CI set a skip fails the run. */
export function describeWith(requirement: Requirement, title: string, body: (found: string) => void): void {
  const found = requirements[requirement].find();
  if (found) describe(title, () => body(found));
  else describe.skip(`${title} (${requirements[requirement].remedy})`, () => body(''));
}
