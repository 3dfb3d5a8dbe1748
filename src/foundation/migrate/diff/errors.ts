import { defineErrors } from '../../../kernel/index.ts';

export const diffErrors = defineErrors('MIGRATE', {
  CANNOT_EXPRESS: {
    message: (d: { object: string; what: string }) =>
      `${d.object}: ${d.what}. A plan cannot say that without a decision of yours; write the migration by hand.`,
  },
  DIFF_NOT_EMPTY: {
    message: (d: { left: readonly string[] }) =>
      `The plan was tried, and ${d.left.length} difference(s) are left: ${d.left.slice(0, 5).join('; ')}. Nothing was written; change these by hand.`,
  },
  PLAN_FAILED: {
    message: (d: { sql: string; reason: string }) =>
      `The plan was tried, and this statement failed: ${d.sql} (${d.reason}). Nothing was written; correct the desired schema, or write the migration by hand.`,
  },
  BAD_DESIRED: {
    message: (d: { file: string; reason: string }) =>
      `${d.file} does not run on an empty database with Plinth's own schema: ${d.reason}. Correct the file.`,
  },
  NOTHING_DESIRED: {
    exitCode: 2,
    message: (d: { path: string }) =>
      `There are no .sql files in ${d.path}. Name a folder that holds the whole schema you want, or the URL of a database that has it.`,
  },
  BAD_DATABASE_URL: {
    exitCode: 2,
    message: (d: { reason: string }) =>
      `The database cannot be reached by that URL: ${d.reason}. Write postgres://user:password@host:port/database.`,
  },
  BAD_RENAME: {
    exitCode: 2,
    message: (d: { line: string }) =>
      `"${d.line}" says no rename. Write "renamedFrom: table public.old to public.new" or "renamedFrom: column public.people.mail to email".`,
  },
});
