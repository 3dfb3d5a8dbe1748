import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPasswords } from '../secrets.ts';

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
