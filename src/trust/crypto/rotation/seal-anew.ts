import { PlinthError } from '../../../kernel/index.ts';
import { RingCipher, versionOf } from '../columns/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { type SealedTable, type StaleRow, staleRows, toStaleRow, writeRows } from './sealed-rows.ts';
import { type Pass, type WalkDeps, walk } from './walk.ts';

/** One walk over a table: what another version sealed is sealed with the active one. `failed` are rows with a value that does not open. */
export async function sealAnew(deps: WalkDeps, ringNow: () => Promise<KeyRing>, table: SealedTable): Promise<Pass> {
  const [{ tier, table: name }] = table.columns;
  let ring = await ringNow();
  const ciphers = table.columns.map((column) => new RingCipher(ring, { ...column, tenantId: table.tenantId }));
  return walk(deps, {
    table: name,
    request: { tier, as: 'owner', priority: 'maintenance', tag: 'crypto.rotate', signal: deps.signal },
    did: 'sealed anew',
    async prepare() {
      ring = await ringNow();
      for (const cipher of ciphers) cipher.ring = ring;
    },
    async step(tx, after, limit) {
      const found = (await tx.query(staleRows(table, ring.active.version, after, limit))).rows.map((row) => toStaleRow(table, row));
      const changed = found.map((row) => resealed(ring, ciphers, row));
      const readable = changed.filter((row): row is StaleRow => row !== undefined);
      if (readable.length > 0) await tx.query(writeRows(table, readable));
      const failed = found.filter((_, index) => changed[index] === undefined);
      return { keys: found.map(({ key }) => key), done: readable.length, failed: failed.map(({ key }) => key.join(', ')) };
    },
  });
}

/** The row under the active version; undefined when one of its values does not open. */
function resealed(ring: KeyRing, ciphers: readonly RingCipher[], { key, sealed }: StaleRow): StaleRow | undefined {
  try {
    const anew = sealed.map((value, index) => {
      const cipher = ciphers[index] as RingCipher;
      return value === null || versionOf(value) === ring.active.version ? value : cipher.encrypt(cipher.decrypt(value, key), key);
    });
    return { key, sealed: anew };
  } catch (error) {
    if (!isOfRow(error)) throw error;
    return undefined;
  }
}

/** Whether it is about the value, and not about keys or the server. */
export const isOfRow = (error: unknown): boolean =>
  error instanceof PlinthError && ['PLINTH_CRYPTO_DOES_NOT_OPEN', 'PLINTH_CRYPTO_KEY_UNKNOWN'].includes(error.code);
