import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSecrets } from '../secrets/index.ts';

const readPasswords = async (dataDir: string, options: Parameters<typeof openSecrets>[1]) => {
  const secrets = await openSecrets(dataDir, options);
  const [app, migrator] = await Promise.all([secrets.login('plinth_app'), secrets.login('plinth_migrator')]);
  return { plinth_app: app.password, plinth_migrator: migrator.password };
};

const folder = await mkdtemp(join(tmpdir(), 'plinth-access-'));
const file = join(folder, 'secrets.json');
afterAll(() => rm(folder, { recursive: true }));

test('[I4] passwords are made once, at random, and readable by the user alone', async () => {
  const racing = await Promise.all([readPasswords(folder, {}), readPasswords(folder, {})]);
  expect(racing[0]).toEqual(racing[1]);
  expect(await readPasswords(folder, {})).toEqual(racing[0]);
  expect(Buffer.from(racing[0].plinth_app, 'base64url')).toHaveLength(32);
  expect(racing[0].plinth_app).not.toBe(racing[0].plinth_migrator);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('[I4] an option wins over the file; both given, no file is needed', async () => {
  const appPassword = 'a'.repeat(32);
  expect((await readPasswords(folder, { appPassword })).plinth_app).toBe(appPassword);
  const nowhere = join(folder, 'nowhere');
  await readPasswords(nowhere, { appPassword, migratorPassword: appPassword });
  await expect(stat(nowhere)).rejects.toThrow('ENOENT');
});

test('[I4] a file that others can read, or a damaged one, stops the start', async () => {
  const kept = await readFile(file, 'utf8');
  await chmod(file, 0o644);
  await expect(readPasswords(folder, {})).rejects.toMatchObject({ code: 'PLINTH_ACCESS_SECRETS_EXPOSED' });
  await chmod(file, 0o600);
  await writeFile(file, '{"plinth_app": ');
  await expect(readPasswords(folder, {})).rejects.toMatchObject({ code: 'PLINTH_ACCESS_SECRETS_DAMAGED' });
  await writeFile(file, kept);
});

test('[I25] a program is asked for each connection, and gets to know the login', async () => {
  const script = 'console.log("token-of-" + process.env.PLINTH_LOGIN + "-" + process.pid)';
  const secrets = await openSecrets('/nonexistent', { passwordCommand: [process.execPath, '-e', script] });
  const [first, second] = [await secrets.login('plinth_app'), await secrets.login('plinth_app')];
  expect(first).toEqual({ user: 'plinth_app', password: expect.stringMatching(/^token-of-plinth_app-\d+$/) });
  expect(second.password).not.toBe(first.password);
  expect(await secrets.passwordOf('plinth_app')).toBeUndefined();
  expect(secrets.givenBy('plinth_app')).toBe('access.passwordCommand');
});

test('[I25] a program that fails is named with its last words, not with what it printed', async () => {
  const script = 'console.log("half a secret"); console.error("no role here"); process.exit(3)';
  const secrets = await openSecrets('/nonexistent', { passwordCommand: [process.execPath, '-e', script] });
  const error = await secrets.login('plinth_app').catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_ACCESS_PASSWORD_COMMAND', message: expect.stringContaining('no role here') });
  expect(error.message).not.toContain('half a secret');
  const missing = await openSecrets('/nonexistent', { passwordCommand: ['/nonexistent/program'] });
  await expect(missing.login('plinth_app')).rejects.toThrow('ENOENT');
});
