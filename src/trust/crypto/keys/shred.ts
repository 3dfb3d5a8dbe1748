import type { Connect } from '../../../foundation/connect/index.ts';
import { hasCode, messageOf } from '../../../kernel/index.ts';
import type { AuditSink } from '../../tenancy/index.ts';
import { cryptoErrors } from '../errors.ts';
import type { DataKeys } from './data-keys.ts';
import { destroyKeys, listKeys, lockKeys } from './sql/queries/queries.gen.ts';
import type { KeyVersion, Shredding } from './types.ts';

const lockTimeoutMs = 5_000;

interface ShredDeps {
  readonly connect: Connect;
  readonly dataKeys: DataKeys;
  /** Undefined where nothing records. */
  readonly audit: AuditSink | undefined;
}

/**
 * Destroys every data key of a tenant, for ever, and proves it. Recorded before it happens. Can be repeated: what a killed call left is
 * destroyed and proven by the next.
 *
 * @throws PLINTH_CRYPTO_NO_AUDIT
 */
export async function shred({ connect, dataKeys, audit }: ShredDeps, tenantId: string): Promise<Shredding> {
  if (!audit) throw cryptoErrors.NO_AUDIT({ action: 'Destroying keys' });
  const target = { type: 'tenant', id: tenantId } as const;
  await audit.record({ kind: 'operation', action: 'crypto.shred', success: true, tenantId, tier: 'oltp', target });
  const request = { tier: 'oltp', as: 'owner', tag: 'crypto.shred' } as const;
  const destroyed = await connect.transaction(request, async (tx) => {
    await lockKeys.run(tx, {});
    return destroyKeys.all(tx, { tenant_id: tenantId });
  });
  dataKeys.forget(tenantId);
  const rewritten = await rewrite(connect);
  const after = await connect.transaction(request, (tx) => listKeys.all(tx, { tenant_id: tenantId }));
  return {
    tenantId,
    destroyed: destroyed.map(({ purpose, version, master_key }) => ({ purpose, version, masterKey: master_key })),
    proof: await prove(dataKeys, tenantId, [...new Set(after.map(({ purpose }) => purpose))]),
    remains: [
      ...rewritten,
      'other processes hold the clear keys for at most a minute',
      ...[...new Set(destroyed.map(({ master_key }) => master_key))].map(
        (id) =>
          `backups and WAL from before hold the keys wrapped by master key ${id}: run plinth crypto rotate --kek, then throw ${id} away, and those no longer open`,
      ),
    ],
  };
}

/** The rows as they were stay in their pages until somebody overwrites them; the table is small, so it is written anew. */
async function rewrite(connect: Connect): Promise<string[]> {
  try {
    await using session = await connect.session({ tier: 'oltp', tag: 'crypto.shred' });
    await session.query({ text: `set lock_timeout = ${lockTimeoutMs}` });
    await session.query({ text: 'vacuum (full) crypto.keys' });
    return [];
  } catch (error) {
    return [`the table's old pages hold the keys in wrapped form (${messageOf(error)}); run: vacuum (full) crypto.keys`];
  }
}

async function prove(dataKeys: DataKeys, tenantId: string, purposes: readonly string[]): Promise<string[]> {
  const proof: string[] = [];
  for (const purpose of purposes) {
    const answer: unknown = await dataKeys.ring(tenantId, purpose, { isFresh: true }).catch((error: unknown) => error);
    if (!hasCode(answer, 'PLINTH_CRYPTO_KEYS_DESTROYED')) {
      throw answer instanceof Error ? answer : new Error(`key ${purpose} of tenant ${tenantId} was still given after it was destroyed`);
    }
    proof.push(`asked for key ${purpose}: ${answer.code}`);
  }
  return proof;
}

export function toKeyVersion(row: Awaited<ReturnType<typeof listKeys.all>>[number]): KeyVersion {
  const { tenant_id, purpose, version, state, master_key, created, rotated, emptied, destroyed } = row;
  return {
    tenantId: tenant_id,
    purpose,
    version,
    state: state as KeyVersion['state'],
    masterKey: master_key,
    created,
    rotated,
    emptied,
    destroyed,
  };
}
