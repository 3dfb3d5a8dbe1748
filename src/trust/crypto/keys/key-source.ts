import { exec } from 'node:child_process';
import { cryptoErrors } from '../errors.ts';
import type { CryptoOptions } from '../options.ts';
import { defaultKeyFile, givenKeyFile, ownKeyFile } from './key-file.ts';
import { type KeyText, LocalKeySource } from './local-key-source.ts';
import type { KeySource } from './types.ts';

const commandTimeoutMs = 10_000;

export interface KeySourceDeps {
  readonly dataDir: string;
  /** How many data keys a master key wraps now. */
  countWrapped(): Promise<number>;
  /** Called when the first key of our own was made. */
  onMade(file: string): void;
}

/** Where the options say that the master key comes from. Reads nothing yet. @throws PLINTH_CRYPTO_SOURCES_DIFFER */
export function keySourceOf({ key, keyFile, keyCommand }: CryptoOptions, deps: KeySourceDeps): KeySource {
  const given = Object.entries({ 'crypto.key': key, 'crypto.keyFile': keyFile, 'crypto.keyCommand': keyCommand });
  const names = given.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length > 1) throw cryptoErrors.SOURCES_DIFFER({ given: names });
  return new LocalKeySource(textOf());

  function textOf(): KeyText {
    if (key !== undefined) return { origin: 'option crypto.key', read: async () => key };
    if (keyFile !== undefined) return givenKeyFile(keyFile);
    if (keyCommand !== undefined) return { origin: 'the command of crypto.keyCommand', read: () => outputOf(keyCommand) };
    return ownKeyFile(defaultKeyFile(deps.dataDir), deps.countWrapped, deps.onMade);
  }
}

/** What a command prints. Its output and what it complains of go into no error: either may hold the key. */
async function outputOf(command: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  exec(command, { timeout: commandTimeoutMs, maxBuffer: 64 * 1024 }, (error, stdout) => {
    if (!error) resolve(stdout);
    else if (error.killed) reject(cryptoErrors.KEY_COMMAND_FAILED({ reason: 'it did not end in time' }));
    else
      reject(cryptoErrors.KEY_COMMAND_FAILED({ reason: typeof error.code === 'number' ? `exit status ${error.code}` : `${error.code}` }));
  });
  return promise;
}
