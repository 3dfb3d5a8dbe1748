import MailComposer from 'nodemailer/lib/mail-composer';
import { unsubscribeSubject } from '../model/reading.ts';
import type { OutgoingMessage } from './outgoing.ts';

export interface Draft {
  readonly messageId: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
  /** Message-IDs of the messages before it in the conversation, oldest first. */
  readonly references: readonly string[];
  /** Id under which it is filed, for the link by which its reader ends the contact (RFC 2369). Absent: it has none. */
  readonly unsubscribeId?: string;
}

/** The bytes of a message. The same draft gives the same bytes, so that a second run sends and stores what the first did. */
export async function compose(draft: Draft): Promise<OutgoingMessage> {
  const { messageId, from, to, subject, text, date, references, unsubscribeId } = draft;
  const before = references.at(-1);
  const thread = before ? { inReplyTo: before, references: references.join(' ') } : {};
  const link = unsubscribeId && `<mailto:${from.address}?subject=${encodeURIComponent(unsubscribeSubject(unsubscribeId))}>`;
  const headers = link ? { 'List-Unsubscribe': link } : {};
  const node = new MailComposer({ messageId, from, to, subject, text, date, headers, ...thread, xMailer: false }).compile();
  return { from: from.address, to: to.address, messageId, raw: await node.build() };
}
