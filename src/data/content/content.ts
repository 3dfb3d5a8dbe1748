import type { Connect, TenantSubject } from '../../foundation/connect/index.ts';
import { type Clock, isUuid, type Log, messageOf } from '../../kernel/index.ts';
import type { Tenancy } from '../../trust/tenancy/index.ts';
import { codecByName } from './codecs/index.ts';
import { contentErrors } from './errors.ts';
import type { Content } from './model/types.ts';
import type { ContentOptions } from './options.ts';
import { findObject, listObjects, markDamaged, storeSize } from './sql/queries/queries.gen.ts';
import { storeMessages } from './store/messages.ts';
import { objectOfRow } from './store/objects.ts';
import { Quota } from './store/quota.ts';
import { ObjectReader, type RunContent } from './store/reader.ts';
import { removeObject } from './store/remove.ts';
import { readHeaviest, readSavings } from './store/savings.ts';
import { upload } from './store/upload.ts';

export interface ContentDeps {
  readonly connect: Connect;
  /** Checks that the tenant can be entered and the user is of it, and knows its limits. Without it the subject is taken as it is. */
  readonly tenancy?: Pick<Tenancy, 'run' | 'limitsOf'>;
  readonly clock: Clock;
  readonly log: Log;
}

const defaultPageSize = 100;

/** Opens the content store of a platform. It holds nothing of its own; disposing does nothing. */
export async function openContent({ connect, tenancy, clock, log }: ContentDeps, options: ContentOptions): Promise<Content> {
  const codec = codecByName(options.algorithm);
  const { maxObjectBytes } = options;
  const quota = new Quota(connect, (tenantId) => tenancy?.limitsOf(tenantId).storageBytes);

  const runFor =
    (subject: TenantSubject): RunContent =>
    (request, work) =>
      tenancy
        ? tenancy.run(subject, { tier: 'content', ...request }, work)
        : connect.transaction({ tier: 'content', as: subject, ...request }, work);

  // As the owner: whoever reads may not write, and the transaction that found the damage may be read-only.
  const reportDamage = async (subject: TenantSubject, blobId: string, error: Error) => {
    log.error(error.message, { tenantId: subject.tenantId, blobId });
    await connect
      .transaction({ tier: 'content', as: 'owner', tag: 'content.mark_damaged' }, (tx) =>
        markDamaged.run(tx, { tenant_id: subject.tenantId, id: blobId }),
      )
      .catch((failure: unknown) => log.warn('the damage could not be recorded', { blobId, error: messageOf(failure) }));
  };

  return {
    put: (subject, init, bytes) =>
      upload({ run: runFor(subject), tenantId: subject.tenantId, codec, maxObjectBytes, quota, now: () => clock.now() }, init, bytes),

    putMessages: (tx, subject, messages) => storeMessages(tx, subject.tenantId, messages, { codec, maxObjectBytes, quota }),

    stat: (subject, objectId) =>
      runFor(subject)({ tag: 'content.stat', isReadOnly: true }, async (tx) => {
        const row = isUuid(objectId) && (await findObject.first(tx, { tenant_id: subject.tenantId, id: objectId }));
        if (!row) throw contentErrors.UNKNOWN_OBJECT({ objectId });
        return objectOfRow(row);
      }),

    list: (subject, request = {}) =>
      runFor(subject)({ tag: 'content.list', isReadOnly: true }, async (tx) => {
        const { kind = null, ownerId = null, after = null, limit = defaultPageSize } = request;
        const rows = await listObjects.all(tx, { tenant_id: subject.tenantId, kind, owner_id: ownerId, after, limit });
        return rows.map(objectOfRow);
      }),

    get: (subject, objectId, range) => new ObjectReader(runFor(subject), subject, objectId, reportDamage).read(range),

    remove: (subject, objectId) =>
      runFor(subject)({ tag: 'content.remove' }, async (tx) => {
        const isRemoved = isUuid(objectId) && (await removeObject(tx, subject.tenantId, objectId));
        if (!isRemoved) throw contentErrors.UNKNOWN_OBJECT({ objectId });
      }).finally(() => quota.forget(subject.tenantId)),

    async savings(subject) {
      const asOwner = { tier: 'content', as: 'owner', isReadOnly: true } as const;
      const store = await connect.transaction({ ...asOwner, tag: 'content.store_size' }, (tx) => storeSize.one(tx, {}));
      return subject
        ? runFor(subject)({ tag: 'content.savings', isReadOnly: true }, (tx) => readSavings(tx, subject.tenantId, store))
        : connect.transaction({ ...asOwner, tag: 'content.savings' }, (tx) => readSavings(tx, null, store));
    },

    heaviest: (subject) => runFor(subject)({ tag: 'content.heaviest', isReadOnly: true }, (tx) => readHeaviest(tx, subject.tenantId)),

    [Symbol.asyncDispose]: async () => {},
  };
}
