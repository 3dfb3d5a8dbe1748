import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Minutes of work in few lines: begun last, they would run alone while the other processors wait. */
const slow = [
  'tests/e2e/console.browser.test.ts',
  'tests/e2e/platform.test.ts',
  'src/foundation/migrate/pipeline/test/pipeline.db.test.ts',
  'src/foundation/partition/conversion/test/kill.db.test.ts',
  'src/trust/tenancy/lifecycle/test/kill.db.test.ts',
  'blueprints/mail/test/kill.db.test.ts',
  'tests/rehearsal.db.test.ts',
  'src/foundation/migrate/groups/test/switch-kill.db.test.ts',
];

/** Vitest's order, where nothing is known of earlier runs: large files first. Before them what is slow though it is not large. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId, project }: TestSpecification) => slow.includes(relative(project.vitest.config.root, moduleId));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
