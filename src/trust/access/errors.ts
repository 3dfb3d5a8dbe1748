import { defineErrors } from '../../kernel/index.ts';

export const accessErrors = defineErrors('ACCESS', {
  ROLE_DIFFERS: {
    message: (d: { server: string; differences: readonly string[]; sql: readonly string[] }) =>
      `On ${d.server}: ${d.differences.join('; ')}. An existing role is not changed by Plinth; if it is meant for it, run:\n${d.sql.map((s) => `  ${s};`).join('\n')}`,
  },
  PASSWORD_REFUSED: {
    message: (d: { role: string; server: string; option: string }) =>
      `${d.server} refuses the password of role ${d.role}, which existed before. Give its password as ${d.option}, or drop the role if nothing else uses it.`,
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
});
