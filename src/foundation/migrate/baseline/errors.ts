import { defineErrors } from '../../../kernel/index.ts';

export const baselineErrors = defineErrors('MIGRATE', {
  UNKNOWN_BASELINE: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { to: string }) =>
      `"${d.to}" is neither a migration of the files, nor a release, nor a source. Write source/name or a release for the last that is there already, a source for all of it, or nothing for all that your product brings.`,
  },
  MOVED_MEANWHILE: {
    retryable: true,
    message: (d: { tier: string; objects: readonly string[] }) =>
      `The schema of ${d.tier} was changed while it was compared: ${d.objects.slice(0, 5).join(', ')}. Nothing was recorded there; run it again when nobody else works on it.`,
  },
});
