import type { Clock, Log } from '../../kernel/index.ts';
import type { Crypto } from './model/types.ts';
import type { CryptoOptions } from './options.ts';

export interface CryptoDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens crypto. */
export async function openCrypto(_deps: CryptoDeps, _options: CryptoOptions): Promise<Crypto> {
  let isOpen = true;
  return {
    get isOpen() {
      return isOpen;
    },
    async [Symbol.asyncDispose]() {
      isOpen = false;
    },
  };
}
