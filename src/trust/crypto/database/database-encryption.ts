import { type Connect, distinctDatabases, type Transaction } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import { cryptoErrors } from '../errors.ts';
import type { DataKeys } from '../keys/index.ts';
import { findPgcrypto, loggingSettings, provideKey } from './sql/queries/queries.gen.ts';

/** The purpose whose key the functions in the database use. It is never rotated: only they could decrypt and encrypt again. */
export const databasePurpose = 'database';

/** Whether the functions in the database work, and why not. */
export interface DatabaseEncryption {
  readonly tier: Tier;
  readonly isHere: boolean;
  readonly because?: string;
}

/** Asks each database for pgcrypto. */
export async function databaseEncryption(connect: Connect): Promise<readonly DatabaseEncryption[]> {
  return Promise.all(
    distinctDatabases(connect).map((tier) =>
      connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'crypto.pgcrypto' }, (tx) => stateOf(tx, tier)),
    ),
  );
}

/**
 * Gives `crypto.encrypt_sensitive_data()` and `decrypt_sensitive_data()` the tenant's key for the rest of the transaction. It is bound as
 * a parameter and refused where the server would log parameters. Whoever runs SQL in the transaction can read it there.
 *
 * @throws PLINTH_CRYPTO_NO_PGCRYPTO, PLINTH_CRYPTO_KEY_WOULD_BE_LOGGED, and as DataKeys.ring
 */
export async function openInDatabase(dataKeys: DataKeys, tx: Transaction, tenantId: string): Promise<void> {
  const state = await stateOf(tx, tx.tier);
  if (state.because !== undefined) throw cryptoErrors.NO_PGCRYPTO({ tier: tx.tier, because: state.because });
  const settings = (await loggingSettings.all(tx, {})).map(({ setting }) => setting);
  if (settings.length > 0) throw cryptoErrors.KEY_WOULD_BE_LOGGED({ settings });
  const { active } = await dataKeys.ring(tenantId, databasePurpose);
  await provideKey.one(tx, { key: active.key.export().toString('base64') });
}

async function stateOf(tx: Transaction, tier: Tier): Promise<DatabaseEncryption> {
  const { is_installed, is_available } = await findPgcrypto.one(tx, {});
  if (is_installed) return { tier, isHere: true };
  const because = is_available
    ? 'the extension pgcrypto is not installed in this database; let an administrator run: create extension pgcrypto'
    : 'the extension pgcrypto is not on this server';
  return { tier, isHere: false, because };
}
