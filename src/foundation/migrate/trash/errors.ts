import { defineErrors } from '../../../kernel/index.ts';

export const trashErrors = defineErrors('MIGRATE', {
  TRASH_UNKNOWN: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { name: string }) => `There is nothing in the trash under "${d.name}". "plinth migrate trash list" shows what is.`,
  },
  TRASH_IN_THE_WAY: {
    message: (d: { original: string; reason: string }) =>
      `${d.original} stays in the trash: ${d.reason}. Rename or remove what stands in the way, then restore it again.`,
  },
});
