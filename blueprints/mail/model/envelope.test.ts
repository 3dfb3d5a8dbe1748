import { expect, test } from 'vitest';
import { dateOfFromLine, readEnvelope, showMailbox } from './envelope.ts';
import { readHeader } from './header.ts';
import { previewOf } from './preview.ts';
import { readSubject } from './subject.ts';
import { decodeText, snippetOf, storable, textOfHtml } from './text.ts';

const never = new Date(0);
const envelope = (text: string, encoding: BufferEncoding = 'utf8') => {
  const header = readHeader(Buffer.from(text, encoding));
  if (!header) throw new Error('no header');
  return readEnvelope(header, never);
};

test('[M3] encoded words, folded lines, groups and comments', () => {
  const read = envelope(
    'Subject: =?ISO-8859-1?Q?Gr=FC=DFe?=\r\n =?utf-8?B?IPCfjbU=?=\r\nFrom: "M, A" <m@example.com> (note)\r\nTo: Team: a@example.com, B <b@example.com>;\r\n\r\nx',
  );
  expect(read.subjectText).toBe('Grüße 🍵');
  expect(read.from).toEqual({ name: 'M, A', address: 'm@example.com' });
  expect(read.to.map(showMailbox)).toEqual(['a@example.com', 'B <b@example.com>']);
});

test('[M3] eight-bit headers without a charset: UTF-8 where valid, else windows-1252', () => {
  expect(envelope('Subject: Grüße\n\n').subjectText).toBe('Grüße');
  expect(envelope('Subject: Gr\xfc\xdfe\n\n', 'latin1').subjectText).toBe('Grüße');
  expect(decodeText(Buffer.from([0x80]), 'x-unknown')).toBe('€');
  expect(decodeText(Buffer.from('Привет', 'utf8'), 'us-ascii')).toBe('Привет');
});

test('[M3] what PostgreSQL cannot store as text is replaced, the header goes on', () => {
  expect(envelope('Subject: a\0b\nFrom: x@example.com\n\n').subjectText).toBe('a\uFFFDb');
  expect(storable('\ud800x')).toBe('\uFFFDx');
});

test('[M3] no header is no envelope; a stray line does not end one', () => {
  expect(readHeader(Buffer.from('\n\nbody'))).toBeUndefined();
  expect(readHeader(Buffer.from(''))).toBeUndefined();
  expect(envelope('>From x Thu Aug 22\nSubject: a\nbroken line\nFrom: x@example.com\n\n').from?.address).toBe('x@example.com');
});

test('[M3] message ids: own, named, each once, at most a hundred', () => {
  const read = envelope('Message-ID: <own@x>\nReferences: <a@x> <b@x>\n <a@x>\nIn-Reply-To: Your message of <c@x> <own@x>\n\n');
  expect(read).toMatchObject({ messageId: 'own@x', references: ['a@x', 'b@x', 'c@x'], inReplyTo: 'c@x' });
  const many = envelope(`References: ${Array.from({ length: 500 }, (_, i) => `<${i}@x>`).join(' ')}\n\n`).references;
  expect([many.length, many[0], many.at(-1)]).toEqual([100, '0@x', '499@x']);
});

test('[M3] an implausible date gives way to the relay, then to the separator', () => {
  const received = 'Received: from a by b; Thu, 22 Aug 2002 12:00:00 +0200 (CEST)';
  expect(envelope(`Date: Mon, 1 Jan 2040 00:00:00 GMT\n${received}\n\n`).sent.toISOString()).toBe('2002-08-22T10:00:00.000Z');
  expect(envelope('Date: tomorrow\n\n').sent).toBe(never);
  expect(dateOfFromLine('From a@example.com  Thu Aug 22 12:36:23 2002')?.toISOString()).toBe('2002-08-22T12:36:23.000Z');
});

test('[M4] subjects: prefixes of several languages, list tags, forwards are no answers', () => {
  expect(readSubject('Re: [list] AW: Re[2]:  Two  Teas')).toEqual({ base: '[list] Two  Teas', key: 'two teas', isReply: true });
  expect(readSubject('Fwd: Tea')).toEqual({ base: 'Tea', key: 'tea', isReply: false });
  expect(readSubject('Regarding: Tea').isReply).toBe(false);
});

test('HTML becomes readable text, a snippet one line without quotes', () => {
  expect(textOfHtml('<style>p{}</style><p>a &amp; b<br>c</p><script>x()')).toBe('a & b\nc');
  expect(snippetOf('> quoted\n own\n\nwords')).toBe('own words');
  expect(snippetOf('> only quoted')).toBe('> only quoted');
  expect([...snippetOf('🍵'.repeat(500))]).toHaveLength(200);
});

test('[M3] the preview is the first plain part, decoded; HTML where there is none; nothing of an attachment', () => {
  const preview = (text: string) => previewOf(Buffer.from(text, 'latin1')).trim();
  const mixed = (inner: string) => `Content-Type: multipart/mixed; boundary="b b"\n\npreamble\n--b b\n${inner}\n--b b--\nepilogue`;
  expect(
    preview(
      mixed(
        'Content-Type: text/html\n\n<b>h</b>\n--b b\nContent-Type: text/plain; charset=iso-8859-15\nContent-Transfer-Encoding: base64\n\npCB4',
      ),
    ),
  ).toBe('€ x');
  expect(preview(mixed('Content-Type: multipart/alternative; boundary=i\n\n--i\nContent-Type: text/html\n\n<p>only</p>\n--i--'))).toBe(
    'only',
  );
  expect(preview('Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=\r\n=C3=9Fe =ZZ')).toBe('Grüße =ZZ');
  expect(preview(mixed('Content-Disposition: attachment\n\nsecret'))).toBe('');
  expect(preview('Content-Type: multipart/mixed\n\nno boundary')).toBe('');
  expect(preview('Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncut off')).toBe('cut off');
});
