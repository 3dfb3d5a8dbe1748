import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { defaultKeyFile, givenKeyFile, ownKeyFile } from './key-file.ts';
import { keySourceOf } from './key-source.ts';
import { keyId, LocalKeySource, parseKeys } from './local-key-source.ts';

const folder = await mkdtemp(join(tmpdir(), 'plinth-keys-'));
afterAll(() => rm(folder, { recursive: true }));
const nothing = async () => 0;
const silent = () => {};
const key = (byte: number) => Buffer.alloc(32, byte);
const [a, b] = [key(1), key(2)];
const place = Buffer.from('place');

test('[I3] the key file is made once, beside the data folder, for its owner alone; two who make it agree', async () => {
  const file = defaultKeyFile(join(folder, 'shop/.plinth'));
  expect(file).toBe(join(folder, 'shop/.plinth.keys/master.key'));
  const made: string[] = [];
  const sources = Array.from({ length: 4 }, () => new LocalKeySource(ownKeyFile(file, nothing, (path) => made.push(path))));
  const ids = await Promise.all(sources.map((source) => source.ids()));
  expect(new Set(ids.flat()).size).toBe(1);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
  expect(await readFile(join(file, '../.gitignore'), 'utf8')).toBe('*\n');
  expect(made).toContain(file);
});

test('[I3] a missing file is an error while keys are wrapped, and made when none is', async () => {
  const file = join(folder, 'gone/master.key');
  await expect(new LocalKeySource(ownKeyFile(file, async () => 3, silent)).ids()).rejects.toMatchObject({
    code: 'PLINTH_CRYPTO_KEY_FILE_MISSING',
    message: expect.stringContaining(file),
  });
  await expect(stat(file)).rejects.toThrow('ENOENT');
  await expect(new LocalKeySource(givenKeyFile(file)).ids()).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_KEY_FILE_NOT_FOUND' });
  expect(await new LocalKeySource(ownKeyFile(file, nothing, silent)).ids()).toHaveLength(1);
});

test('[I3] a file that others can read stops, with what to run', async () => {
  const file = join(folder, 'open.key');
  await writeFile(file, a.toString('base64'));
  await chmod(file, 0o644);
  await expect(new LocalKeySource(givenKeyFile(file)).ids()).rejects.toMatchObject({
    code: 'PLINTH_CRYPTO_KEY_FILE_EXPOSED',
    message: expect.stringContaining(`chmod 600 ${file}`),
  });
});

test('[I3] a new master key goes before the others, which still open what they wrapped', async () => {
  const file = join(folder, 'added/master.key');
  const source = new LocalKeySource(ownKeyFile(file, nothing, silent));
  const [before] = await source.ids();
  const { id, wrapped } = await source.wrap(key(9), place);
  expect(id).toBe(before);
  await source.add?.();
  const after = await source.ids();
  expect(after).toHaveLength(2);
  expect(after[1]).toBe(before);
  expect((await source.wrap(key(9), place)).id).toBe(after[0]);
  expect(await source.unwrap(id, wrapped, place)).toEqual(key(9));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  // Another process read the file before; it reads it anew for a key it does not know.
  const stale = new LocalKeySource({ origin: 'test', read: () => readFile(file, 'utf8') });
  await stale.ids();
  await source.add?.();
  const newest = await source.wrap(key(9), place);
  expect(await stale.unwrap(newest.id, newest.wrapped, place)).toEqual(key(9));
});

test('[I3] base64 and hexadecimal, comments and commas; anything else is named by its place, never shown', () => {
  const text = `# first\n${a.toString('base64')} # made\n\n${b.toString('hex')},${a.toString('base64url')}`;
  expect(parseKeys(text, 'test')).toEqual([a, b, a]);
  expect(keyId(a)).toMatch(/^[0-9a-f]{12}$/);
  expect(() => parseKeys('# nothing', 'test')).toThrow(/test holds no key/);
  const wrong = 'c2hvcnQtc2VjcmV0';
  try {
    parseKeys(`${a.toString('base64')}\n${wrong}`, 'the file x');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'PLINTH_CRYPTO_KEY_MALFORMED', details: { position: 2, bytes: 12 } });
    expect(inspect(error)).not.toContain(wrong);
  }
});

test('[I2] a wrapped key opens in its own place, with its own master key', async () => {
  const source = new LocalKeySource({ origin: 'test', read: async () => a.toString('hex') });
  const other = new LocalKeySource({ origin: 'other', read: async () => b.toString('hex') });
  const { id, wrapped } = await source.wrap(key(9), place);
  await expect(source.unwrap(id, wrapped, Buffer.from('elsewhere'))).rejects.toThrow();
  await expect(other.unwrap(id, wrapped, place)).rejects.toMatchObject({
    code: 'PLINTH_CRYPTO_MASTER_KEY_UNKNOWN',
    details: { id, origin: 'other' },
  });
});

test('[I4] a source shows no key', async () => {
  const source = new LocalKeySource({ origin: 'test', read: async () => a.toString('base64') });
  await source.wrap(key(9), place);
  const shown = inspect(source, { depth: null, showHidden: true }) + JSON.stringify(source);
  expect(shown).not.toContain(a.toString('base64'));
  expect(shown).not.toContain('01 01 01');
});

test('[I3] a command prints the key; what it prints when it fails goes nowhere', async () => {
  const deps = { dataDir: folder, countWrapped: nothing, onMade: silent };
  const printed = keySourceOf({ keyCommand: `echo ${a.toString('hex')}` }, deps);
  expect(await printed.ids()).toEqual([keyId(a)]);
  const failing = keySourceOf({ keyCommand: `echo ${a.toString('hex')}; echo ${a.toString('hex')} >&2; exit 3` }, deps);
  const error = await failing.ids().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'PLINTH_CRYPTO_KEY_COMMAND_FAILED', details: { reason: 'exit status 3' } });
  expect(inspect(error, { depth: null })).not.toContain(a.toString('hex'));
  expect(() => keySourceOf({ key: 'x', keyFile: 'y' }, deps)).toThrow(/crypto.key and crypto.keyFile/);
});
