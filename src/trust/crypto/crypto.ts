import { join } from 'node:path';
import type { Connect } from '../../foundation/connect/index.ts';
import type { Clock, EventBus, Log } from '../../kernel/index.ts';
import type { AuditSink, Tenancy } from '../tenancy/index.ts';
import { atRest } from './at-rest/index.ts';
import { ColumnRegistry, RingCipher, RowCipher } from './columns/index.ts';
import { databaseEncryption, openInDatabase } from './database/index.ts';
import { cryptoErrors } from './errors.ts';
import {
  countWrapped,
  DataKeys,
  defaultKeyFile,
  type KeySource,
  keySourceOf,
  listKeys,
  readKeyFile,
  shred,
  toKeyVersion,
} from './keys/index.ts';
import type { Crypto } from './model/types.ts';
import type { CryptoOptions } from './options.ts';
import { rotate, rotateMasterKey } from './rotation/index.ts';
import { openSealing } from './sealing/index.ts';
import { deleteTokens, openTokens } from './tokens/index.ts';

export interface CryptoDeps {
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  /** Absolute; the key file is made beside it. */
  readonly dataDir: string;
  /** Slot `crypto.KeySource`: a key management service instead of what the options say. Absent where nobody fills it. */
  readonly keySource?: () => KeySource | undefined;
  /** Slot `tenancy.AuditSink`. */
  readonly audit: () => AuditSink | undefined;
}

/** What values outside of declared columns are bound to besides their name. */
const valueKey = { keyColumns: ['key'], keyTypes: ['text'] } as const;

/**
 * Opens crypto on an up-to-date schema. Reads no key, but looks whether the key file is in order: what is wrong there is said at the start
 * and not by the first customer's request.
 *
 * @throws PLINTH_CRYPTO_SOURCES_DIFFER, PLINTH_CRYPTO_KEY_FILE_MISSING, PLINTH_CRYPTO_KEY_FILE_NOT_FOUND, PLINTH_CRYPTO_KEY_FILE_EXPOSED
 */
export async function openCrypto(deps: CryptoDeps, options: CryptoOptions): Promise<Crypto> {
  const { connect, tenancy, clock, log, events, dataDir, audit } = deps;
  const owner = { tier: 'oltp', as: 'owner', tag: 'crypto.keys' } as const;
  const count = () =>
    connect.transaction({ ...owner, priority: 'critical', isReadOnly: true }, async (tx) => (await countWrapped.one(tx, {})).count);
  const local = keySourceOf(options, {
    dataDir,
    countWrapped: count,
    onMade: (file) => log.warn(`Made the master key ${file}. Keep a copy of it elsewhere: without it everything encrypted is lost.`),
  });
  const source = () => deps.keySource?.() ?? local;
  if (!deps.keySource) await checkKeyFile(options, dataDir, count);
  const dataKeys = new DataKeys({ connect, clock, source });
  const registry = new ColumnRegistry(connect, clock);
  const rotation = { connect, clock, events, dataKeys, registry, source };
  const shredKeys = (tenantId: string) => shred({ connect, dataKeys, audit: audit() }, tenantId);

  return {
    tenantData: {
      schemas: ['crypto'],
      async erase(tenantId) {
        const { destroyed } = await shredKeys(tenantId);
        const tokens = await connect.transaction(owner, (tx) => deleteTokens.run(tx, { tenant_id: tenantId }));
        return { keys: destroyed.length, tokens };
      },
    },
    table: async ({ tenantId, table, tier = 'oltp' }) => RowCipher.open(dataKeys, tenantId, await registry.of(tier, table)),
    values: async ({ tenantId, purpose, name }) =>
      new RingCipher(await dataKeys.ring(tenantId, purpose), { tenantId, sealedAs: name, ...valueKey }),
    columns: () => registry.all(),
    keys: (tenantId) =>
      connect.transaction({ ...owner, isReadOnly: true }, async (tx) =>
        (await listKeys.all(tx, { tenant_id: tenantId ?? null })).map(toKeyVersion),
      ),
    rotate: (request = {}) => rotate(rotation, request),
    rotateMasterKey: (request = {}) => rotateMasterKey(rotation, request),
    shred: shredKeys,
    sealing: openSealing({ connect, clock, dataKeys, registry }),
    tokens: openTokens({ tenancy, dataKeys, registry, audit }),
    database: () => databaseEncryption(connect),
    openInDatabase: (tx, tenantId) => openInDatabase(dataKeys, tx, tenantId),
    atRest: async () =>
      atRest({
        connect,
        columns: await registry.all(),
        keyOrigin: source().origin,
        ownDataDirectory: join(dataDir, 'main', 'data'),
        attestation: options.diskAttestation,
      }),
    async [Symbol.asyncDispose]() {
      dataKeys.close();
    },
  };
}

async function checkKeyFile({ key, keyFile, keyCommand }: CryptoOptions, dataDir: string, count: () => Promise<number>): Promise<void> {
  if (key !== undefined || keyCommand !== undefined) return;
  const file = keyFile ?? defaultKeyFile(dataDir);
  if ((await readKeyFile(file)) !== undefined) return;
  if (keyFile !== undefined) throw cryptoErrors.KEY_FILE_NOT_FOUND({ file });
  const wrapped = await count();
  if (wrapped > 0) throw cryptoErrors.KEY_FILE_MISSING({ file, count: wrapped });
}
