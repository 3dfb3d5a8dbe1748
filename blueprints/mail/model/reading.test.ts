import { expect, test } from 'vitest';
import { readMessage, unsubscribeSubject } from './reading.ts';

const letter = (head: string, body = 'Hello.\n') => Buffer.from(`${head}\n\n${body}`.replaceAll('\n', '\r\n'));
const report = (type: string, parts: readonly string[]) =>
  letter(
    `From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=${type}; boundary="b"`,
    `${['Content-Type: text/plain\n\nFor people.\n', ...parts].map((part) => `--b\n${part}`).join('\n')}\n--b--\n`,
  );
const status = (fields: string) =>
  `Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\nArrival-Date: Fri, 3 Jul 2026 09:00:00 +0000\n\n${fields}\n`;
const original = 'Content-Type: message/rfc822\n\nMessage-ID: <first@a.example>\nTo: ann@b.example\nSubject: Tea\n\nHello Ann.\n';
const failed = 'Final-Recipient: rfc822; Ann@B.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user';

test('a bounce names the message and who cannot be reached', () => {
  const expected = { kind: 'bounce', about: ['first@a.example'], unreachable: ['ann@b.example'] };
  expect(readMessage(report('delivery-status', [status(failed), original]))).toMatchObject(expected);
  const headersOnly = 'Content-Type: text/rfc822-headers\n\nMessage-ID: <first@a.example>\n';
  expect(readMessage(report('delivery-status', [status(failed), headersOnly]))).toMatchObject(expected);
});

test('a message that was given up for now is a bounce of nobody for good; a delay is none', () => {
  const givenUp = failed.replace('5.1.1', '4.4.7');
  expect(readMessage(report('delivery-status', [status(givenUp), original]))).toMatchObject({ kind: 'bounce', unreachable: [] });
  const delayed = givenUp.replace('failed', 'delayed');
  expect(readMessage(report('delivery-status', [status(delayed), original]))).toMatchObject({ kind: 'automatic', unreachable: [] });
  const two = `${delayed}\n\n${failed.replace('Ann@', 'bob@')}`;
  expect(readMessage(report('delivery-status', [status(two), original]))).toMatchObject({ kind: 'bounce', unreachable: ['bob@b.example'] });
});

test('feedback reports: spam is a complaint, an opt-out is what it says, a mistake is neither', () => {
  const feedback = (type: string) => `Content-Type: message/feedback-report\n\nFeedback-Type: ${type}\nUser-Agent: x/1\nVersion: 1\n`;
  const kindOf = (type: string) => readMessage(report('feedback-report', [feedback(type), original]));
  expect(kindOf('abuse')).toMatchObject({ kind: 'complaint', about: ['first@a.example'] });
  expect(kindOf('opt-out')).toMatchObject({ kind: 'unsubscribe', about: ['first@a.example'] });
  expect(kindOf('not-spam')).toMatchObject({ kind: 'automatic' });
});

test.each([
  ['Auto-Submitted: auto-replied (vacation)', 'automatic'],
  ['Auto-Submitted: no', 'letter'],
  ['Precedence: auto_reply', 'automatic'],
  ['Precedence: bulk', 'letter'],
  ['X-Autoreply: yes', 'automatic'],
])('%s is %s', (field, kind) => {
  const read = readMessage(letter(`In-Reply-To: <first@a.example>\n${field}`));
  expect(read).toMatchObject({ kind, about: ['first@a.example'] });
});

test.each([
  ['Unsubscribe', true],
  ['Please remove me from this list.', true],
  ['STOP emailing me!', true],
  ['Where can I unsubscribe from the newsletter of your competitor?', false],
  ['Please stop by on Monday', false],
])('%s: wants no mail: %s', (line, wants) => {
  const read = readMessage(letter('References: <first@a.example>', `\n${line}\n\nOn Friday Bob wrote:\n> Hello Ann.\n`));
  expect(read.kind).toBe(wants ? 'unsubscribe' : 'letter');
});

test('the link of a message leads back to it', () => {
  const id = '0198a000-0000-7000-8000-000000000001';
  expect(readMessage(letter(`Subject: ${unsubscribeSubject(id)}`))).toMatchObject({ kind: 'unsubscribe', aboutId: id });
});

test('cut off anywhere, it is still read', () => {
  const whole = report('delivery-status', [status(failed), original]);
  for (let end = 0; end <= whole.length; end++) expect(readMessage(whole.subarray(0, end)).kind).toBeTypeOf('string');
});
