import { defineErrors } from '../../../kernel/index.ts';

export const lintErrors = defineErrors('MIGRATE', {
  BAD_STATS: {
    message: (d: { path: string; reason: string }) =>
      `${d.path} cannot be read: ${d.reason}. Write it anew with "plinth migrate stats --write".`,
  },
  NOTHING_TO_LINT: {
    message: (d: { path: string }) => `${d.path} is neither a file nor a folder with .sql files. Name what is to be checked.`,
    exitCode: 2,
  },
  LINT_FAILED: {
    message: (d: { findings: readonly string[] }) =>
      `Lint objects to what is pending:\n${d.findings.join('\n')}\nCorrect it ("plinth migrate lint" shows where and how), or allow it with a reason: -- plinth:allow <id> <reason>. Nothing was started.`,
  },
});
