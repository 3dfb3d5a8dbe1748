import { defineErrors } from '../../../kernel/index.ts';

export const rotationErrors = defineErrors('ACCESS', {
  SERVICE_UNKNOWN: {
    exitCode: 2,
    httpStatus: 404,
    message: (d: { service: string; known: readonly string[] }) =>
      `There is no service ${d.service} whose credential is kept here. There are: ${d.known.join(', ')}.`,
  },
  PASSWORD_GIVEN: {
    exitCode: 2,
    message: (d: { service: string; option: string }) =>
      `The password of ${d.service} is given as ${d.option}, so it is not Plinth's to change. Put it into secrets.json of the data folder as "${d.service}" and remove the option; then it can be rotated.`,
  },
  ROTATION_BUSY: {
    exitCode: 4,
    retryable: true,
    message: (d: { server: string }) => `Another process changes roles on ${d.server} at this moment. Run it again when that has ended.`,
  },
  CREDENTIAL_REFUSED: {
    message: (d: { server: string; login: string; reason: string }) =>
      `${d.server} does not let the new login ${d.login} in (${d.reason}). The old one is still in use. Correct pg_hba.conf or the role, and run the command again: it goes on from here.`,
  },
});
