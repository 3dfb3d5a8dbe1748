import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessErrors } from './errors.ts';
import type { LoginName } from './model/roles.ts';
import type { AccessOptions } from './options.ts';

export type Passwords = Readonly<Record<LoginName, string>>;

/**
 * The passwords of the logins: from the options, else from `<dataDir>/secrets.json`, which is made with 32 random bytes
 * each when it is not there.
 *
 * @throws PLINTH_ACCESS_SECRETS_EXPOSED, PLINTH_ACCESS_SECRETS_DAMAGED
 */
export async function readPasswords(dataDir: string, options: AccessOptions): Promise<Passwords> {
  const { appPassword, migratorPassword } = options;
  if (appPassword !== undefined && migratorPassword !== undefined) return { plinth_app: appPassword, plinth_migrator: migratorPassword };
  const file = join(dataDir, 'secrets.json');
  const kept = (await read(file)) ?? (await make(dataDir, file));
  const passwordOf = (name: LoginName, given: string | undefined) => {
    const password = given ?? kept[name];
    if (typeof password !== 'string') throw accessErrors.SECRETS_DAMAGED({ file, missing: name });
    return password;
  };
  return { plinth_app: passwordOf('plinth_app', appPassword), plinth_migrator: passwordOf('plinth_migrator', migratorPassword) };
}

async function read(file: string): Promise<Record<string, unknown> | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return undefined;
  if ((found.mode & 0o077) !== 0) throw accessErrors.SECRETS_EXPOSED({ file, mode: (found.mode & 0o777).toString(8) });
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw accessErrors.SECRETS_DAMAGED({ file, missing: 'any role (it is no JSON)' });
  }
}

// Written whole under another name and then linked: a killed process leaves no half file, a second one no second password.
async function make(dataDir: string, file: string): Promise<Record<string, unknown>> {
  const secret = () => randomBytes(32).toString('base64url');
  const draft = `${file}.${process.pid}`;
  await mkdir(dataDir, { recursive: true });
  await writeFile(draft, `${JSON.stringify({ plinth_app: secret(), plinth_migrator: secret() }, null, 2)}\n`, { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await read(file)) ?? {};
}
