import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, uuidv7 } from '../../../kernel/index.ts';
import { answersErrors } from './errors.ts';

const ownFile = (dataDir: string) => join(dataDir, 'audit-export-key.pem');

/**
 * The private key that signs exports: that of a file, else the platform's own, made when it is first asked for.
 *
 * @throws PLINTH_AUDIT_BAD_KEY_FILE where it is no Ed25519 key, or others can read it
 */
export async function readSigningKey(dataDir: string, file?: string): Promise<KeyObject> {
  const path = file ?? ownFile(dataDir);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === 'ENOENT') return undefined;
    throw answersErrors.BAD_KEY_FILE({ file: path, reason: messageOf(error) });
  });
  if (text === undefined) return makeOwnKey(dataDir, path);
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw answersErrors.BAD_KEY_FILE({ file: path, reason: `others can read it (mode ${(mode & 0o777).toString(8)}); chmod 600 it` });
  }
  return keyIn(path, text, createPrivateKey);
}

/** The key an export has to be signed with: public or private, of a file, else the platform's own; undefined where it has none. */
export async function readTrustedKey(dataDir: string, file?: string): Promise<KeyObject | undefined> {
  const path = file ?? ownFile(dataDir);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (file === undefined && error.code === 'ENOENT') return undefined;
    throw answersErrors.BAD_KEY_FILE({ file: path, reason: messageOf(error) });
  });
  return text === undefined ? undefined : keyIn(path, text, createPublicKey);
}

function keyIn(file: string, text: string, read: (pem: string) => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read(text);
  } catch (error) {
    throw answersErrors.BAD_KEY_FILE({ file, reason: messageOf(error) });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw answersErrors.BAD_KEY_FILE({ file, reason: `its key is ${key.asymmetricKeyType}, not ed25519` });
  }
  return key;
}

/** Written aside and linked, so that of two that make it at the same time both take the first. */
async function makeOwnKey(dataDir: string, path: string): Promise<KeyObject> {
  await mkdir(dataDir, { recursive: true });
  const { privateKey } = generateKeyPairSync('ed25519');
  const aside = `${path}.${uuidv7()}`;
  await writeFile(aside, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  try {
    await link(aside, path);
    return privateKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readSigningKey(dataDir, path);
  } finally {
    await rm(aside);
  }
}
