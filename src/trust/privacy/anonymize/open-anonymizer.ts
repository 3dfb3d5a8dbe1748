import { randomBytes } from 'node:crypto';
import { readUrl } from '../../../foundation/cluster/index.ts';
import { connectOptions, distinctDatabases, openSolo } from '../../../foundation/connect/index.ts';
import { type Clock, type Tier, withDefaults } from '../../../kernel/index.ts';
import { type CopiedDatabase, type CopyDeps, copyDatabase } from './copy-database.ts';
import { anonymizeErrors } from './errors.ts';
import type { Anonymizer } from './types.ts';

/** Opens the making of anonymous copies; connects to nothing yet. */
export function openAnonymizer(deps: CopyDeps & { readonly clock: Clock }): Anonymizer {
  return {
    async anonymize({ targets, isReplacing = false, seed = randomBytes(32), signal, onProgress }) {
      const started = deps.clock.monotonicMs();
      const copied: CopiedDatabase[] = [];
      for (const tier of distinctDatabases(deps.connect)) {
        const url = targets[tier];
        if (url === undefined) continue;
        await using target = openSolo(endpointOf(tier, url), withDefaults(connectOptions));
        const bounds = { signal: signal ?? new AbortController().signal, onProgress: onProgress ?? (() => {}) };
        copied.push(await copyDatabase(deps, { tier, target, isReplacing, seed, ...bounds }));
      }
      const tables = copied.flatMap((one) => one.tables);
      return {
        tables,
        foreignKeys: copied.reduce((sum, one) => sum + one.foreignKeys, 0),
        rows: tables.reduce((sum, { rows }) => sum + rows, 0),
        durationMs: Math.round(deps.clock.monotonicMs() - started),
        anonymity: copied.flatMap(({ anonymity }) => anonymity),
        leftovers: copied.flatMap(({ leftovers }) => leftovers),
      };
    },
  };
}

/** @throws PLINTH_PRIVACY_BAD_TARGET, without the URL: it may hold a password */
function endpointOf(tier: Tier, url: string) {
  const read = readUrl(url);
  if ('reason' in read) throw anonymizeErrors.BAD_TARGET({ tier, reason: read.reason });
  return read;
}
