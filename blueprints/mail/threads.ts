import type { Connect } from 'plinth/connect';
import type { Content } from 'plinth/content';
import { isUuid } from 'plinth/kernel';
import { mailErrors } from './errors.ts';
import { showMailbox } from './model/envelope.ts';
import { decodeText, textOfHtml } from './model/text.ts';
import {
  findRaw,
  findThread,
  type ListThreadMessagesRow,
  listAttachments,
  listThreadMessages,
  listThreads,
} from './sql/queries/queries.gen.ts';

export interface ThreadSummary {
  readonly id: string;
  readonly subject: string;
  /** Up to five, in the order in which they first wrote. */
  readonly participants: readonly string[];
  readonly messageCount: number;
  readonly last: Date;
  readonly hasAttachments: boolean;
  readonly snippet: string;
}

export interface ThreadMessage {
  readonly id: string;
  readonly messageId: string | null;
  readonly direction: string;
  readonly status: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  readonly sent: Date;
  /** Readable text of the body that is shown, at most 256 KiB of it. */
  readonly text: string;
  readonly attachments: readonly {
    readonly objectId: string;
    readonly name: string | null;
    readonly contentType: string | null;
    readonly rawBytes: number;
  }[];
  /** Null for a campaign message, which has no raw form. */
  readonly rawObjectId: string | null;
  readonly rawBytes: number | null;
  readonly layout: string | null;
}

/** Conversations of a tenant. Every call sees that tenant's rows only. */
export interface Threads {
  /** A page, newest first. `search` looks into subjects and senders, whatever their case. @throws PLINTH_MAIL_BAD_CURSOR */
  list(
    tenantId: string,
    request: { readonly search?: string; readonly cursor?: string; readonly limit?: number },
  ): Promise<{ readonly threads: readonly ThreadSummary[]; readonly nextCursor: string | null }>;
  /** A thread with its first 200 messages. @throws PLINTH_MAIL_UNKNOWN_THREAD */
  read(
    tenantId: string,
    id: string,
  ): Promise<{
    readonly thread: Omit<ThreadSummary, 'participants' | 'hasAttachments' | 'snippet'>;
    readonly messages: readonly ThreadMessage[];
  }>;
  /** The raw message bit for bit. @throws PLINTH_MAIL_UNKNOWN_MESSAGE */
  source(tenantId: string, messageId: string): Promise<AsyncIterable<Uint8Array>>;
}

const mostMessages = 200;
const mostTextBytes = 256 * 1024;

export function threadsOf({ connect, content }: { readonly connect: Connect; readonly content: Content }): Threads {
  const reading = (tenantId: string) => ({ tier: 'content', as: { tenantId }, tag: 'mail.threads', isReadOnly: true }) as const;

  const textOf = async (tenantId: string, row: ListThreadMessagesRow): Promise<string> => {
    if (!row.body_object_id) return '';
    const chunks = await Array.fromAsync(
      content.get({ tenantId }, row.body_object_id, { start: 0, end: Math.min(mostTextBytes, row.body_bytes ?? 0) }),
    );
    const text = decodeText(Buffer.concat(chunks), row.body_charset ?? undefined);
    return row.body_type?.startsWith('text/html') ? textOfHtml(text) : text;
  };

  return {
    async list(tenantId, { search, cursor, limit = 50 }) {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const rows = await connect.transaction(reading(tenantId), (tx) =>
        listThreads.all(tx, {
          tenant_id: tenantId,
          last: after?.last ?? null,
          id: after?.id ?? null,
          search: search?.trim().toLowerCase() || null,
          limit: limit + 1,
        }),
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        threads: page.map((row) => ({
          id: row.id,
          subject: row.subject,
          participants: row.participants,
          messageCount: row.message_count,
          last: row.last,
          hasAttachments: row.has_attachments,
          snippet: row.snippet,
        })),
        nextCursor: rows.length > limit && last ? writeCursor(last) : null,
      };
    },

    async read(tenantId, id) {
      if (!isUuid(id)) throw mailErrors.UNKNOWN_THREAD({ id });
      const { thread, rows, attachments } = await connect.transaction(
        { ...reading(tenantId), isolation: 'repeatable read' },
        async (tx) => {
          const thread = await findThread.first(tx, { tenant_id: tenantId, id });
          if (!thread) throw mailErrors.UNKNOWN_THREAD({ id });
          const rows = await listThreadMessages.all(tx, { tenant_id: tenantId, thread_id: id, limit: mostMessages });
          return {
            thread,
            rows,
            attachments: await listAttachments.all(tx, { tenant_id: tenantId, message_ids: rows.map((row) => row.id) }),
          };
        },
      );
      const messages: ThreadMessage[] = [];
      for (const row of rows) {
        messages.push({
          id: row.id,
          messageId: row.message_id,
          direction: row.direction,
          status: row.status,
          from: showMailbox({ name: row.from_name, address: row.from_address }),
          to: row.to_addresses,
          cc: row.cc_addresses,
          subject: row.subject,
          sent: row.sent,
          text: await textOf(tenantId, row),
          attachments: attachments
            .filter((part) => part.email_message_id === row.id)
            .map((part) => ({ objectId: part.object_id, name: part.name, contentType: part.content_type, rawBytes: part.raw_bytes })),
          rawObjectId: row.raw_object_id,
          rawBytes: row.raw_bytes,
          layout: row.layout,
        });
      }
      return { thread: { id: thread.id, subject: thread.subject, last: thread.last, messageCount: thread.message_count }, messages };
    },

    async source(tenantId, messageId) {
      const found = isUuid(messageId)
        ? await connect.transaction(reading(tenantId), (tx) => findRaw.first(tx, { tenant_id: tenantId, message_id: messageId }))
        : undefined;
      if (!found) throw mailErrors.UNKNOWN_MESSAGE({ id: messageId });
      return content.get({ tenantId }, found.object_id);
    },
  };
}

const writeCursor = ({ last, id }: { last: Date; id: string }) => Buffer.from(`${last.toISOString()} ${id}`).toString('base64url');

function readCursor(cursor: string): { last: Date; id: string } {
  const [time = '', id] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const last = new Date(time);
  if (Number.isNaN(last.getTime()) || !isUuid(id)) throw mailErrors.BAD_CURSOR({ cursor });
  return { last, id };
}
