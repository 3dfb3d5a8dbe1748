import type { Clock, Log } from '../../kernel/index.ts';
import type { Audit } from './model/types.ts';
import type { AuditOptions } from './options.ts';

export interface AuditDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens audit. */
export async function openAudit(_deps: AuditDeps, _options: AuditOptions): Promise<Audit> {
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
