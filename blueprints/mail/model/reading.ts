import { type Header, idField, readHeader, textField } from './header.ts';
import { bodyOf, decodeTransfer, parameter, partsOf } from './parts.ts';
import { previewOf } from './preview.ts';

/** What a message says of itself and of others, as far as software can tell. Whether it answers one of ours is not known here. */
export interface Reading {
  /** `letter`: written by a person, to all appearances. `automatic`: a notice of absence, of a delay, of anything but an end. */
  readonly kind: 'letter' | 'automatic' | 'bounce' | 'complaint' | 'unsubscribe';
  /** Message-IDs of the messages it is about, without angle brackets. */
  readonly about: readonly string[];
  /** Id of the message whose link to unsubscribe was used. */
  readonly aboutId: string | undefined;
  /** Of a bounce: those who cannot be reached, now or ever (class 5 of RFC 3463). In lower case. */
  readonly unreachable: readonly string[];
}

/** The subject of the mail that the link to unsubscribe of a message writes. */
export const unsubscribeSubject = (messageId: string): string => `unsubscribe ${messageId}`;

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const longestWish = 60;
const wishes =
  /^(please )?(unsubscribe|remove|stop (mailing|emailing|writing( to)?|contacting))( me)?( (from|off) (this|your|the) (mailing )?list)?( please)?$/;

/** Reads a message, or its beginning. Never throws for what it holds. */
export function readMessage(raw: Buffer): Reading {
  const header: Header = readHeader(raw) ?? new Map();
  const named = [...new Set([...idField(header, 'references'), ...idField(header, 'in-reply-to')])];
  const reading = { about: named, aboutId: undefined, unreachable: [] };
  const said = textField(header, 'content-type');
  const report = /^multipart\/report\b/i.test(said) ? readReport(bodyOf(raw), parameter(said, 'boundary')) : undefined;
  if (report) return { ...reading, ...report, about: report.about.length > 0 ? report.about : named };
  const subject = textField(header, 'subject').trim().toLowerCase();
  if (subject.startsWith('unsubscribe') && subject.length <= longestWish)
    return { ...reading, kind: 'unsubscribe', aboutId: uuid.exec(subject)?.[0] };
  if (isAutomatic(header)) return { ...reading, kind: 'automatic' };
  return { ...reading, kind: wantsNoMail(previewOf(raw)) ? 'unsubscribe' : 'letter' };
}

/** RFC 3834, and what was used before it. */
function isAutomatic(header: Header): boolean {
  const submitted = textField(header, 'auto-submitted').toLowerCase();
  if (submitted !== '' && !/^no\b/.test(submitted)) return true;
  return header.has('x-autoreply') || header.has('x-autorespond') || /^auto[-_]reply/i.test(textField(header, 'precedence'));
}

/** Whether the first line that its sender wrote asks for nothing else than to be left alone. */
function wantsNoMail(text: string): boolean {
  const first = text.split('\n').find((line) => line.trim() !== '') ?? '';
  const words = first
    .toLowerCase()
    .replace(/[^a-z ]+/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return words.length <= longestWish && wishes.test(words);
}

/** Delivery status notifications (RFC 3464) and feedback reports of mailbox providers (RFC 5965); undefined for reports of other kinds. */
function readReport(body: Buffer, boundary: string | undefined): Pick<Reading, 'kind' | 'about' | 'unreachable'> | undefined {
  let status: { isFinal: boolean; unreachable: string[] } | undefined;
  let feedback: string | undefined;
  let about: readonly string[] = [];
  for (const part of partsOf(body, boundary)) {
    const header: Header = readHeader(part) ?? new Map();
    const type = textField(header, 'content-type').split(';', 1)[0]?.trim().toLowerCase();
    const text = decodeTransfer(bodyOf(part), textField(header, 'content-transfer-encoding'));
    if (type === 'message/delivery-status' || type === 'message/global-delivery-status') status = readStatus(text);
    else if (type === 'message/feedback-report') feedback = textField(readHeader(text) ?? new Map(), 'feedback-type').toLowerCase();
    else if (/^(message\/(rfc822|global)|(text|message)\/rfc822-headers)$/.test(type ?? ''))
      about = idField(readHeader(text) ?? new Map(), 'message-id');
  }
  if (feedback === 'opt-out') return { kind: 'unsubscribe', about, unreachable: [] };
  if (feedback !== undefined) return { kind: feedback === 'not-spam' ? 'automatic' : 'complaint', about, unreachable: [] };
  return status && { kind: status.isFinal ? 'bounce' : 'automatic', about, unreachable: status.unreachable };
}

/** Fields of the message first, then those of each recipient, blank lines between. */
function readStatus(text: Buffer): { isFinal: boolean; unreachable: string[] } {
  const blocks = text.toString('latin1').split(/\r?\n(?:\r?\n)+/);
  const failed = blocks
    .map((block) => readHeader(Buffer.from(block, 'latin1')))
    .filter((fields) => fields !== undefined && textField(fields, 'action').toLowerCase().startsWith('failed'));
  const unreachable = failed.flatMap((fields) => {
    const address = textField(fields as Header, 'final-recipient')
      .split(';', 2)[1]
      ?.trim()
      .toLowerCase();
    return address && textField(fields as Header, 'status').startsWith('5.') ? address : [];
  });
  return { isFinal: failed.length > 0, unreachable };
}
