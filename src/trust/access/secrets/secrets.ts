import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { accessErrors } from '../errors.ts';
import type { LoginName } from '../model/roles.ts';
import { activeLogin, type KeptSecrets, parseSecrets, renderSecrets } from '../model/secrets.ts';
import type { AccessOptions } from '../options.ts';
import { askCommand } from './ask-command.ts';
import { readPrivate, writeOnce, writeWhole } from './private-files.ts';

export const newPassword = () => randomBytes(32).toString('base64url');

const optionNames: Readonly<Record<LoginName, string>> = { plinth_app: 'access.appPassword', plinth_migrator: 'access.migratorPassword' };

/** The logins of the platform: from the options, from the program that they name, else from `<dataDir>/secrets.json`. */
export interface Secrets {
  /** The login that a new connection of a service uses. Another process may have changed the file: it is looked at each time. */
  login(service: LoginName): Promise<{ readonly user: string; readonly password: string }>;
  /** Password with which a missing role is made; undefined where others give it one. */
  passwordOf(login: string): Promise<string | undefined>;
  /** The option that a password comes from, where Plinth cannot change it; undefined when it is kept here. */
  givenBy(service: LoginName): string | undefined;
  kept(): Promise<KeptSecrets>;
  /** Replaces the file by what `change` makes of it; a killed process leaves the old content or the new one. */
  change(change: (kept: KeptSecrets) => KeptSecrets): Promise<KeptSecrets>;
}

/**
 * Reads the passwords, and makes the file with 32 random bytes each when it is not there and an option is missing.
 *
 * @throws PLINTH_ACCESS_SECRETS_EXPOSED, PLINTH_ACCESS_SECRETS_DAMAGED
 */
export async function openSecrets(dataDir: string, options: AccessOptions): Promise<Secrets> {
  const given: Readonly<Record<LoginName, string | undefined>> = {
    plinth_app: options.appPassword,
    plinth_migrator: options.migratorPassword,
  };
  const file = join(dataDir, 'secrets.json');
  const { passwordCommand: command } = options;
  const isComplete = command !== undefined || (given.plinth_app !== undefined && given.plinth_migrator !== undefined);
  const nothing: KeptSecrets = { passwords: {}, active: {}, rotating: {} };
  let known: { readonly version: string; readonly kept: KeptSecrets } | undefined;

  const kept = async (): Promise<KeptSecrets> => {
    if (isComplete) return nothing;
    const version = await versionOf(file);
    if (known === undefined || known.version !== version) {
      const text = await readPrivate(file);
      const parsed = text === undefined ? undefined : parseSecrets(text);
      if (!parsed) throw accessErrors.SECRETS_DAMAGED({ file, missing: 'any role (it is no JSON)' });
      known = { version, kept: parsed };
    }
    return known.kept;
  };

  const secrets: Secrets = {
    async login(service) {
      const password = given[service];
      if (password !== undefined) return { user: service, password };
      if (command) return { user: service, password: await askCommand(command, service) };
      const current = await kept();
      const user = activeLogin(current, service);
      const own = current.passwords[user];
      if (own === undefined) throw accessErrors.SECRETS_DAMAGED({ file, missing: user });
      return { user, password: own };
    },
    // What a program prints may be a token for some minutes: it must not become a password that stays.
    passwordOf: async (login) => given[login as LoginName] ?? (await kept()).passwords[login],
    givenBy: (service) => (given[service] !== undefined ? optionNames[service] : command && 'access.passwordCommand'),
    kept,
    async change(change) {
      const next = change(await kept());
      await writeWhole(file, renderSecrets(next));
      return next;
    },
  };

  if (!isComplete && (await readPrivate(file)) === undefined) {
    const passwords = { plinth_app: newPassword(), plinth_migrator: newPassword() };
    await writeOnce(file, renderSecrets({ ...nothing, passwords }));
  }
  if (!command) for (const service of Object.keys(optionNames) as LoginName[]) await secrets.login(service);
  return secrets;
}

async function versionOf(file: string): Promise<string> {
  const { ino, mtimeMs, size } = await stat(file).catch(() => ({ ino: 0, mtimeMs: 0, size: 0 }));
  return `${ino} ${mtimeMs} ${size}`;
}
