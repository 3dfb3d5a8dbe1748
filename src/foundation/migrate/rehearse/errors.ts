import { defineErrors } from '../../../kernel/index.ts';

export const rehearsalErrors = defineErrors('MIGRATE', {
  NO_CLONE: {
    exitCode: 4,
    message: () =>
      'A rehearsal on a clone is not available here because no backup capability fills it. Use "--depth shadow", which tries the schema without its rows.',
  },
});
