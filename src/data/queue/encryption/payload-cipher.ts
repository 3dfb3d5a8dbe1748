import type { Crypto } from '../../../trust/crypto/index.ts';
import { queueErrors } from '../errors.ts';
import { decryptFields, encryptFields } from './model/fields.ts';

/** Keeps fields of payloads from who reads tables, backups and dead letters without the tenant's key. */
export interface PayloadCipher {
  /** @param payload JSON text @param fields names, with dots into objects @throws PLINTH_QUEUE_NO_KEYS, PLINTH_CRYPTO_KEYS_DESTROYED and what reading keys throws */
  encrypt(job: PayloadOwner, payload: string, fields: readonly string[]): Promise<unknown>;
  /** @throws PLINTH_CRYPTO_DOES_NOT_OPEN, PLINTH_CRYPTO_KEY_UNKNOWN, PLINTH_CRYPTO_KEYS_DESTROYED and what reading keys throws */
  decrypt(job: PayloadOwner, payload: unknown): Promise<unknown>;
}

/** Whose a payload is. Not the job's id: a redriven one and a copy have the payload of the first. */
interface PayloadOwner {
  readonly tenantId: string;
  readonly type: string;
}

/** @param crypto undefined: fields cannot be encrypted, and none is stored in clear that was to be */
export function openPayloadCipher(crypto?: Pick<Crypto, 'values'>): PayloadCipher {
  const valuesOf = ({ tenantId, type }: PayloadOwner) => {
    if (!crypto) throw queueErrors.NO_KEYS({ jobType: type });
    return crypto.values({ tenantId, purpose: 'jobs', name: 'queue.jobs.payload' });
  };
  return {
    async encrypt(job, payload, fields) {
      const values = await valuesOf(job);
      return encryptFields(payload, fields, (text, field) => values.encrypt(text, [`${job.type} ${field}`]));
    },
    async decrypt(job, payload) {
      const values = await valuesOf(job);
      return decryptFields(payload, (sealed, field) => values.decrypt(sealed, [`${job.type} ${field}`]));
    },
  };
}
