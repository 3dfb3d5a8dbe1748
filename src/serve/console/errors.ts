import { defineErrors } from '../../kernel/index.ts';

export const consoleErrors = defineErrors('CONSOLE', {
  UNKNOWN_TABLE: {
    httpStatus: 404,
    message: (d: { tier: string; schema: string; table: string }) =>
      `There is no table ${d.schema}.${d.table} in tier ${d.tier}. See the list of tables.`,
  },
});
