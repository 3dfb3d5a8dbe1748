import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import { readPlanText } from '../files/index.ts';
import { compareHistory, type PlanFinding, parsePlanFile } from '../model/plan-file.ts';

const run = promisify(execFile);

const words: Readonly<Record<PlanFinding['kind'], string>> = {
  deleted: 'was deleted from plan.lock',
  edited: 'was edited',
  reordered: 'does not stand where it stood: something was put before it',
  unlisted: '',
};

/**
 * Holds the plan files against those of another branch, as git has them: what is there is history. Empty when the branch only adds.
 *
 * @param base a branch, tag or commit
 * @throws PLINTH_MIGRATE_NO_BASE
 */
export async function historyProblems(context: Context, base: string): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { name, dir } of context.sources.filter(({ layout }) => layout === 'product')) {
    const before = parsePlanFile(await planAt(dir, base));
    const now = parsePlanFile(readPlanText(`${dir}/plan.lock`) ?? '');
    if ('badLine' in before || 'badLine' in now) {
      problems.push(
        `${name}: plan.lock ${'badLine' in now ? `has a line that is no entry (${now.badLine})` : `of ${base} cannot be read`}`,
      );
      continue;
    }
    problems.push(
      ...compareHistory(before, now).map(({ id, kind }) => `${name}: ${id} ${words[kind]}; restore it and add a new migration`),
    );
  }
  return problems;
}

async function planAt(dir: string, base: string): Promise<string> {
  const git = (...args: string[]) => run('git', ['-C', dir, ...args], { maxBuffer: 64 * 1024 * 1024 });
  const commit = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`).catch((error: unknown) => {
    throw migrateErrors.NO_BASE({ base, dir, reason: messageOf(error) });
  });
  // A product that is new on this branch has no history to keep.
  const { stdout } = await git('show', `${commit.stdout.trim()}:./plan.lock`).catch(() => ({ stdout: '' }));
  return stdout;
}
