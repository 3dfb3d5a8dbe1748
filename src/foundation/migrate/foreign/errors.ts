import { defineErrors } from '../../../kernel/index.ts';

export const foreignErrors = defineErrors('MIGRATE', {
  CANNOT_ADOPT: {
    exitCode: 6,
    message: (d: { objects: readonly string[] }) =>
      `Migrations alone do not make what is there: ${d.objects.slice(0, 5).join(', ')}. Nothing is left of the attempt. What a file of objects/ defines is changed there; the rest can be taken back with "plinth migrate drift revert".`,
  },
});
