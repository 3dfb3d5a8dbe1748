import { defineErrors } from '../../../kernel/index.ts';

export const maskingErrors = defineErrors('PRIVACY', {
  UNKNOWN_MASK: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { what: string; value: string; known: readonly string[] }) =>
      `${JSON.stringify(d.value)} is no ${d.what}. Use one of ${d.known.join(', ')}.`,
  },
  UNKNOWN_ROLE: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { role: string; tier: string }) =>
      `There is no role ${d.role} on the server of ${d.tier}. "plinth access apply" makes the roles of the platform; make another one there first.`,
  },
});
