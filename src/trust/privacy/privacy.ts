import type { Clock, Log } from '../../kernel/index.ts';
import type { Privacy } from './model/types.ts';
import type { PrivacyOptions } from './options.ts';

export interface PrivacyDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens privacy. */
export async function openPrivacy(_deps: PrivacyDeps, _options: PrivacyOptions): Promise<Privacy> {
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
