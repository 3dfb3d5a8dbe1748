import { createHash } from 'node:crypto';
import { addressField, type Header, idField, type MailboxAddress, textField } from './header.ts';
import { readSubject, type Subject } from './subject.ts';

/** What the product needs to know of a message without its body. */
export interface Envelope {
  readonly messageId: string | undefined;
  readonly inReplyTo: string | undefined;
  /** Every Message-ID it names, its own not among them; oldest first. */
  readonly references: readonly string[];
  readonly from: MailboxAddress | undefined;
  readonly to: readonly MailboxAddress[];
  readonly cc: readonly MailboxAddress[];
  readonly subjectText: string;
  readonly subject: Subject;
  readonly contentType: string;
  readonly sent: Date;
}

// Some mailers and spammers name thousands; the first and the latest are what holds a thread together.
const mostReferences = 100;

/** Reads the envelope from a header; `fallback` is the date when the message says none that is plausible. */
export function readEnvelope(header: Header, fallback: Date): Envelope {
  const subjectText = textField(header, 'subject');
  const messageId = idField(header, 'message-id')[0];
  const replied = idField(header, 'in-reply-to');
  const named = [...new Set([...idField(header, 'references'), ...replied])].filter((id) => id !== messageId);
  return {
    messageId,
    inReplyTo: replied[0],
    references: named.length <= mostReferences ? named : [...named.slice(0, 1), ...named.slice(1 - mostReferences)],
    from: addressField(header, 'from')[0] ?? addressField(header, 'sender')[0],
    to: addressField(header, 'to'),
    cc: addressField(header, 'cc'),
    subjectText,
    subject: readSubject(subjectText),
    contentType: /^[\w.+-]+\/[\w.+-]+/.exec(textField(header, 'content-type'))?.[0]?.toLowerCase() ?? 'text/plain',
    sent: readDate(header, fallback),
  };
}

// Spam dates itself into 1970 or 2040; the relay that took the message knows better.
function readDate(header: Header, fallback: Date): Date {
  const latest = Date.now() + 86_400_000;
  const received = header.get('received')?.map((line) => line.slice(line.lastIndexOf(';') + 1)) ?? [];
  for (const text of [...(header.get('date') ?? []), ...received]) {
    const ms = Date.parse(text);
    if (ms > Date.UTC(1971, 0) && ms < latest) return new Date(ms);
  }
  return fallback;
}

/** The date of an mbox separator (`From sender Thu Aug 22 12:36:23 2002`), if it says one. */
export function dateOfFromLine(line: string): Date | undefined {
  const text = /((Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d.*)$/.exec(line)?.[1];
  const ms = text === undefined ? Number.NaN : Date.parse(`${text} UTC`);
  return ms > Date.UTC(1971, 0) ? new Date(ms) : undefined;
}

/** A Message-ID as a key of fixed size: the first 16 bytes of its SHA-256, written as a uuid. */
export function referenceKey(messageId: string): string {
  const hex = createHash('sha256').update(messageId).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** `Name <address>`, or the address alone. */
export function showMailbox(mailbox: MailboxAddress): string {
  return mailbox.name && mailbox.name !== mailbox.address ? `${mailbox.name} <${mailbox.address}>` : mailbox.address;
}
