import { takeLead } from '../../../foundation/connect/index.ts';
import { cryptoErrors } from '../errors.ts';
import { countUnderOthers, keysUnderOthers, listMasterKeys, placeOf, rewrapKey } from '../keys/index.ts';
import type { RotateDeps } from './rotate.ts';
import type { MasterKeyRotation, RotationRequest } from './types.ts';

const batchKeys = 100;

/**
 * Wraps every data key with the first master key. Where all are already, a new one is made first, or, when only its keeper can make it,
 * asked for. Data stays as it is. An interrupted run is finished by the next.
 *
 * @throws PLINTH_CRYPTO_ROTATION_RUNS, PLINTH_CRYPTO_NO_OWN_MASTER_KEYS, PLINTH_CRYPTO_MASTER_KEY_UNKNOWN
 */
export async function rotateMasterKey(
  { connect, events, source: sourceOf }: RotateDeps,
  { signal = new AbortController().signal, onProgress: progress = () => {} }: Omit<RotationRequest, 'tenantId'>,
): Promise<MasterKeyRotation> {
  await using lead = await takeLead(connect, { tier: 'oltp', tag: 'crypto.rotate', name: 'plinth crypto rotate', signal });
  if (!lead) throw cryptoErrors.ROTATION_RUNS();
  const source = sourceOf();
  const request = { tier: 'oltp', as: 'owner', tag: 'crypto.rotate', signal } as const;
  const left = (masterKey: string) =>
    connect.transaction({ ...request, isReadOnly: true }, async (tx) => (await countUnderOthers.one(tx, { master_key: masterKey })).count);
  const first = async () => (await source.ids({ isFresh: true }))[0] as string;

  if ((await left(await first())) === 0) {
    if (!source.add) throw cryptoErrors.NO_OWN_MASTER_KEYS({ origin: source.origin });
    await source.add();
  }
  const masterKey = await first();
  let keysWrappedAnew = 0;
  for (;;) {
    signal.throwIfAborted();
    const rewrapped = await connect.transaction(request, async (tx) => {
      const keys = await keysUnderOthers.all(tx, { master_key: masterKey, limit: batchKeys });
      for (const { tenant_id, purpose, version, wrapped, master_key } of keys) {
        const place = placeOf(tenant_id, purpose, version);
        const clear = await source.unwrap(master_key, wrapped, place);
        const anew = await source.wrap(clear, place);
        clear.fill(0);
        await rewrapKey.run(tx, { tenant_id, purpose, version, wrapped: anew.wrapped, master_key: anew.id });
      }
      return keys.length;
    });
    if (rewrapped === 0) break;
    keysWrappedAnew += rewrapped;
    progress(`${keysWrappedAnew} data keys wrapped by ${masterKey}`);
  }
  const keysLeft = await left(masterKey);
  const needed = (await connect.transaction({ ...request, isReadOnly: true }, (tx) => listMasterKeys.all(tx, {}))).map(({ id }) => id);
  const spent = (await source.ids()).filter((id) => id !== masterKey && !needed.includes(id));
  events.emit('audited', {
    action: 'crypto.rotate-master-key',
    success: keysLeft === 0,
    target: { type: 'master key', id: masterKey },
    affectedRows: keysWrappedAnew,
  });
  return { masterKey, keysWrappedAnew, keysLeft, spent };
}
