import type { Transaction } from 'plinth/connect';
import type { Content, StoredMessage } from 'plinth/content';
import { uuidv7 } from 'plinth/kernel';
import { referenceKey, showMailbox } from '../model/envelope.ts';
import { storable } from '../model/text.ts';
import { assignThreads, type Threading } from '../model/threading.ts';
import {
  advanceImport,
  dropThreads,
  findKnown,
  findReferences,
  findThreads,
  lockMailboxes,
  moveMessages,
  moveReferences,
  putBodies,
  putMessages,
  putObjects,
  putQuarantines,
  putReferences,
  putThreads,
} from '../sql/queries/queries.gen.ts';
import type { Candidate, Quarantined } from './candidate.ts';
import type { Position } from './source.ts';

/** The run a batch belongs to. */
export interface Run {
  readonly id: string;
  readonly tenantId: string;
  readonly accountId: string;
  readonly accountAddress: string;
}

/** A candidate with the id its row will have, and the raw object when that was uploaded beforehand. */
export interface Prepared extends Candidate {
  readonly id: string;
  readonly rawObjectId: string | undefined;
  /** Of a message that the tenant has sent by us. */
  readonly sending?: Sending;
}

/** What a message was sent for, as the columns of its row. */
export interface Sending {
  readonly campaign_id: string | undefined;
  readonly campaign_step_id: string | undefined;
  readonly lead_id: string | undefined;
  readonly queued: Date;
}

/** Whether the mailbox itself wrote a message. */
const isOwn = (run: Run, { envelope }: Candidate): boolean => envelope.from?.address.toLowerCase() === run.accountAddress.toLowerCase();

const messagesTable = 'content.email_messages';

/**
 * Stores a batch and moves the run's position behind it, all in the caller's transaction on the content tier: messages
 * that are new, their threads, bodies, attachments and raw forms, and what was quarantined. Gives the ids of new messages that somebody else
 * wrote: the run owes them jobs, and says so in the same transaction.
 */
export async function storeBatch(
  tx: Transaction,
  content: Content,
  run: Run,
  batch: { readonly messages: readonly Prepared[]; readonly quarantined: readonly Quarantined[]; readonly position: Position },
): Promise<readonly string[]> {
  const { tenantId } = run;
  const fresh = await storeFresh(tx, content, run, batch.messages);
  if (batch.quarantined.length > 0) await quarantine(tx, run, batch.quarantined);
  const owed = fresh.filter((message) => !isOwn(run, message)).map(({ id }) => id);
  await advanceImport.run(tx, {
    tenant_id: tenantId,
    id: run.id,
    offset_bytes: batch.position.offsetBytes,
    last_file: batch.position.lastFile ?? null,
    owed_ids: owed,
    imported_count: fresh.length,
    duplicate_count: batch.messages.length - fresh.length,
    quarantined_count: batch.quarantined.length,
  });
  return owed;
}

/** Stores those messages of a mailbox that are not there yet, with their threads and parts, and gives them back. */
export async function storeFresh(tx: Transaction, content: Content, run: Run, messages: readonly Prepared[]): Promise<readonly Prepared[]> {
  const { tenantId } = run;
  await lockMailboxes.run(tx, { tenant_id: tenantId });
  const fresh = await withoutKnown(tx, tenantId, messages);
  if (fresh.length === 0) return fresh;
  const threading = await thread(tx, tenantId, fresh);
  const whole = fresh.filter((message) => message.entry.message.raw !== undefined);
  const puts = whole.map((message) => ({
    raw: message.entry.message.raw as Buffer,
    ownerTable: messagesTable,
    ownerId: message.id,
    created: message.envelope.sent,
  }));
  const stored = puts.length > 0 ? await content.putMessages(tx, { tenantId }, puts) : [];
  await putRows(tx, run, fresh, threading, new Map(whole.map((message, index) => [message.id, stored[index] as StoredMessage])));
  return fresh;
}

async function withoutKnown(tx: Transaction, tenantId: string, messages: readonly Prepared[]): Promise<Prepared[]> {
  if (messages.length === 0) return [];
  const rows = await findKnown.all(tx, { tenant_id: tenantId, sha256s: messages.map((message) => message.entry.message.sha256) });
  const known = new Set(rows.map((row) => row.raw_sha256.toString('hex')));
  return messages.filter((message) => {
    const key = message.entry.message.sha256.toString('hex');
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

async function thread(tx: Transaction, tenantId: string, messages: readonly Prepared[]): Promise<Threading> {
  const threadables = messages.map(({ id, envelope }) => ({
    id,
    keys: [...(envelope.messageId ? [envelope.messageId] : []), ...envelope.references].map(referenceKey),
    namesOthers: envelope.references.length > 0,
    subject: { ...envelope.subject, base: storable(envelope.subject.base) },
    sent: envelope.sent,
  }));
  const keys = [...new Set(threadables.flatMap((message) => message.keys))];
  const subjects = threadables.filter((m) => !m.namesOthers && m.subject.isReply && m.subject.key !== '').map((m) => m.subject.key);
  const references = await findReferences.all(tx, { tenant_id: tenantId, ids: keys });
  const threads = await findThreads.all(tx, {
    tenant_id: tenantId,
    ids: [...new Set(references.map((reference) => reference.thread_id))],
    subject_keys: [...new Set(subjects)],
  });
  const threading = assignThreads(
    threadables,
    {
      threads: threads.map((t) => ({
        id: t.id,
        subject: t.subject,
        subjectKey: t.subject_key,
        last: t.last,
        messageCount: t.message_count,
      })),
      references: references.map((reference) => ({ key: reference.id, threadId: reference.thread_id })),
    },
    uuidv7,
  );
  await keepThreads(tx, tenantId, threading);
  return threading;
}

async function keepThreads(tx: Transaction, tenantId: string, { threads, merged, references }: Threading): Promise<void> {
  const rows = threads.map((t) => ({
    id: t.id,
    subject: t.subject,
    subject_key: t.subjectKey,
    last: t.last,
    message_count: t.messageCount,
  }));
  await putThreads.run(tx, { tenant_id: tenantId, rows: JSON.stringify(rows) });
  if (merged.length > 0) {
    const move = { tenant_id: tenantId, from_ids: merged.map((m) => m.from), into_ids: merged.map((m) => m.into) };
    await moveMessages.run(tx, move);
    await moveReferences.run(tx, move);
    await dropThreads.run(tx, { tenant_id: tenantId, ids: move.from_ids });
  }
  if (references.length > 0) {
    await putReferences.run(tx, {
      tenant_id: tenantId,
      ids: references.map((reference) => reference.key),
      thread_ids: references.map((reference) => reference.threadId),
    });
  }
}

async function putRows(
  tx: Transaction,
  run: Run,
  messages: readonly Prepared[],
  threading: Threading,
  stored: ReadonlyMap<string, StoredMessage>,
): Promise<void> {
  const bodies = [];
  const objects = [];
  const rows = [];
  for (const message of messages) {
    const { id, envelope, entry, snippet } = message;
    const kept = stored.get(id);
    const shown = kept?.bodies.find((body) => body.contentType?.startsWith('text/plain')) ?? kept?.bodies[0];
    let contentId: string | null = null;
    for (const body of kept?.bodies ?? []) {
      const bodyId = uuidv7();
      if (body === shown) contentId = bodyId;
      bodies.push({ id: bodyId, email_message_id: id, object_id: body.id, path: body.path, snippet: body === shown ? snippet : '' });
    }
    for (const part of kept?.attachments ?? []) {
      const named = { path: part.path, disposition: part.disposition ?? null, cid: part.contentId ?? null };
      objects.push({ id: uuidv7(), email_message_id: id, object_id: part.id, role: 'attachment', ...named });
    }
    objects.push({ id: uuidv7(), email_message_id: id, object_id: kept?.raw.id ?? message.rawObjectId, role: 'raw' });
    const isSent = isOwn(run, message);
    rows.push({
      id,
      thread_id: threading.assigned.get(id),
      direction: isSent ? 'outbound' : 'inbound',
      status: isSent ? 'sent' : 'received',
      message_id: envelope.messageId,
      in_reply_to: envelope.inReplyTo,
      from_address: envelope.from?.address ?? '',
      from_name: envelope.from?.name ?? '',
      to_addresses: envelope.to.map(showMailbox),
      cc_addresses: envelope.cc.map(showMailbox),
      subject: envelope.subjectText,
      content_type: envelope.contentType,
      raw_sha256: `\\x${entry.message.sha256.toString('hex')}`,
      content_id: contentId,
      email_account_id: run.accountId,
      sent: envelope.sent,
      ...message.sending,
    });
  }
  await putMessages.run(tx, { tenant_id: run.tenantId, rows: JSON.stringify(rows) });
  if (bodies.length > 0) await putBodies.run(tx, { tenant_id: run.tenantId, rows: JSON.stringify(bodies) });
  await putObjects.run(tx, { tenant_id: run.tenantId, rows: JSON.stringify(objects) });
}

async function quarantine(tx: Transaction, run: Run, quarantined: readonly Quarantined[]): Promise<void> {
  const rows = quarantined.map(({ entry, reason, detail }) => ({
    id: uuidv7(),
    reason,
    detail: storable(detail),
    file: entry.file,
    start_byte: entry.start,
    end_byte: entry.end,
    sha256: `\\x${entry.message.sha256.toString('hex')}`,
  }));
  await putQuarantines.run(tx, { tenant_id: run.tenantId, import_id: run.id, rows: JSON.stringify(rows) });
}
