import type { Transaction } from 'plinth/connect';
import { uuidv7 } from 'plinth/kernel';
import { putContacts } from '../sql/queries/queries.gen.ts';
import type { Candidate } from './candidate.ts';

/** Adds everybody who sent or got these messages and is not known yet. Can be repeated. */
export async function storeContacts(tx: Transaction, tenantId: string, candidates: readonly Candidate[]): Promise<void> {
  const found = new Map<string, { address: string; name: string }>();
  for (const { envelope } of candidates) {
    for (const { address, name } of [...(envelope.from ? [envelope.from] : []), ...envelope.to, ...envelope.cc]) {
      const key = address.toLowerCase();
      if (/^[^@\s]+@[^@\s]+$/.test(address) && address.length <= 320 && !found.get(key)?.name) found.set(key, { address, name });
    }
  }
  if (found.size === 0) return;
  // In one order everywhere, so that two imports into a tenant do not wait for each other in a circle.
  const contacts = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, contact]) => contact);
  await putContacts.run(tx, {
    tenant_id: tenantId,
    ids: contacts.map(() => uuidv7()),
    addresses: contacts.map((contact) => contact.address),
    names: contacts.map((contact) => contact.name),
  });
}
