import { defineErrors } from '../../kernel/index.ts';

export const accessErrors = defineErrors('ACCESS', {
  ROLE_DIFFERS: {
    message: (d: { server: string; differences: readonly string[]; sql: readonly string[] }) =>
      `On ${d.server}: ${d.differences.join('; ')}. A start changes no role that exists. If it is meant for Plinth, set it right with plinth access apply --overwrite (plinth access plan shows what that does), or run:\n${d.sql.map((s) => `  ${s};`).join('\n')}`,
  },
  PASSWORD_REFUSED: {
    message: (d: { role: string; server: string; option: string }) =>
      `${d.server} refuses the password of role ${d.role}, which existed before. Give its password as ${d.option}, or drop the role if nothing else uses it.`,
  },
  PASSWORD_ENDED: {
    message: (d: { role: string; server: string; ended: Date; service: string; option: string | undefined }) =>
      `The password of ${d.role} on ${d.server} ended on ${d.ended.toISOString().slice(0, 10)}. ${
        d.option === undefined
          ? `Give it a new one with: plinth access rotate ${d.service}`
          : `Give the role a new one there, with a later end, and here as ${d.option}.`
      }`,
  },
  NOT_ALLOWED: {
    message: (d: { user: string; server: string; reason: string; sql: readonly string[] }) =>
      `Role ${d.user} may not prepare ${d.server} (${d.reason}). Let an administrator run:\n${d.sql.map((s) => `  ${s};`).join('\n')}`,
  },
  SECRETS_EXPOSED: {
    message: (d: { file: string; mode: string }) => `${d.file} can be read by others (mode ${d.mode}). Run: chmod 600 ${d.file}`,
  },
  PASSWORD_COMMAND: {
    retryable: true,
    message: (d: { program: string; login: string; reason: string }) =>
      `${d.program} of access.passwordCommand gave no password for ${d.login} (${d.reason}). Run it by hand with PLINTH_LOGIN=${d.login}; it has to print the password and nothing else.`,
  },
  SECRETS_DAMAGED: {
    message: (d: { file: string; missing: string }) =>
      `${d.file} has no password for ${d.missing}. Restore the file, or give the password as an option of access.`,
  },
  ACCOUNT_REFUSED: {
    exitCode: 2,
    message: (d: { account: string; reason: string }) => `Account ${d.account} of access.accounts: ${d.reason}.`,
  },
  NETWORK_REFUSED: {
    exitCode: 2,
    message: (d: { where: string; network: string }) =>
      `${d.network} (${d.where}) is no network. Write it as address and bits, e.g. 10.0.0.0/24 or fd00::/8.`,
  },
  LAST_SUPERUSER: {
    message: (d: { server: string; role: string; what: string }) =>
      `On ${d.server} ${d.role} is the last superuser that can log in, and the model does not know it (${d.what}). Nothing was changed. Give another superuser its login first, or allow this one in access.waivers.`,
  },
  LOCKED_OUT: {
    message: (d: { server: string; role: string; what: string }) =>
      `On ${d.server} this would take from ${d.role}, with which you are connected, what it needs to undo it (${d.what}). Nothing was changed. Allow it in access.waivers, or connect as another administrator.`,
  },
  NOTHING_RUNS: {
    exitCode: 3,
    message: () => 'No server of this folder runs. Start it with "plinth up", or give the URLs of attached servers.',
  },
  HBA_NOT_OURS: {
    message: () => 'The server is run by others, who write its pg_hba.conf. Show the lines with "plinth access hba" and hand them over.',
  },
  HBA_LOCKS_OUT: {
    message: (d: { login: string; line: string }) =>
      `With these lines ${d.login} could not log in any more (${d.line}). Nothing was changed. Correct access.environments or access.accounts.`,
  },
  PASSWORD_WEAK: {
    exitCode: 2,
    httpStatus: 422,
    message: (d: { role: string; reasons: readonly string[] }) => `This password is refused for ${d.role}: ${d.reasons.join('; ')}.`,
  },
  PASSWORD_NOT_HERE: {
    exitCode: 2,
    message: (d: { role: string; known: readonly string[] }) =>
      `${d.role} is no login whose password is given here. Those are: ${d.known.join(', ') || 'none; declare one in access.accounts'}.`,
  },
  ROLE_MISSING: {
    message: (d: { role: string; server: string }) => `Role ${d.role} is not on ${d.server} yet. Run "plinth access apply" first.`,
  },
});
