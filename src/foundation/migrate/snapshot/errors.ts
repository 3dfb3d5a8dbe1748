import { defineErrors } from '../../../kernel/index.ts';

export const snapshotErrors = defineErrors('MIGRATE', {
  UNKNOWN_OBJECT: {
    message: (d: { objects: readonly string[] }) =>
      `The database has objects that a snapshot cannot describe: ${d.objects.slice(0, 10).join(', ')}${d.objects.length > 10 ? ` and ${d.objects.length - 10} more` : ''}. Put them into an extension, or remove them.`,
  },
});
