import { defineErrors } from '../../../kernel/index.ts';

export const whyErrors = defineErrors('TENANCY', {
  NO_SUCH_TABLE: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { table: string }) =>
      `There is no table ${d.table} in any database. Name it with its schema, as in "plinth tenancy check".`,
  },
  NO_SUCH_KEY: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { table: string; key: string; columns: readonly string[]; reason: string }) =>
      `${JSON.stringify(d.key)} is no key of ${d.table} (${d.reason}). Give ${d.columns.join(',') || 'a table with a primary key'}.`,
  },
});
