import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { kindOf, kindOfMessage, ownFrames, signatureOf } from './signature.ts';

// What varies between occurrences, drawn from a fixed seed.
function drawer(seed: number) {
  let count = 0;
  const hex = (length: number) => createHash('sha256').update(`${seed}.${count++}`).digest('hex').slice(0, length);
  const below = (most: number) => Number.parseInt(hex(8), 16) % most;
  const pick = (list: readonly string[]) => list[below(list.length)] ?? '';
  return {
    uuid: () => `${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`,
    number: () => String(below(900_000) + 1),
    decimal: () => `${below(900)}.${below(99)}`,
    ip: () => `${below(223) + 1}.${below(255)}.${below(255)}.${below(255)}:${below(60_000) + 1024}`,
    ip6: () => `2001:db8:${hex(4)}::${hex(4)}`,
    email: () => `${pick(['ada', 'grace.hopper', 'alan+x'])}@${pick(['example.com', 'mail.acme.io'])}`,
    host: () => `${pick(['db', 'mx', 'api'])}-${below(90)}.${pick(['eu', 'us'])}.${pick(['internal', 'example.com'])}`,
    url: () => `https://${pick(['api', 'hooks'])}.example.com/v${below(9)}/orders/${below(99_999)}?page=${below(40)}`,
    path: () => `/var/lib/${pick(['app', 'media/files'])}/${hex(10)}/${pick(['a', 'invoice'])}.pdf`,
    windows: () => `C:\\Users\\${pick(['ada', 'grace'])}\\${hex(6)}\\report.xlsx`,
    time: () => `2026-0${below(8) + 1}-1${below(9)}T0${below(9)}:1${below(9)}:2${below(9)}.${below(900) + 100}Z`,
    token: () => `cus_${hex(14)}A1`,
    hash: () => `a1${hex(38)}`,
    word: () => pick(['orders', 'invoice lines', 'ada’s list', 'x']),
    took: () => pick(['12 ms', '1.5 s', '900ms', '3 min']),
  };
}
type Draw = ReturnType<typeof drawer>;

const texts: readonly (readonly [name: string, text: (d: Draw) => string])[] = [
  ['SystemError ECONNREFUSED', (d) => `connect ECONNREFUSED ${d.ip()}`],
  ['SystemError ECONNREFUSED', (d) => `connect ECONNREFUSED ${d.ip()} after ${d.took()}, gave up`],
  ['SystemError ENOTFOUND', (d) => `getaddrinfo ENOTFOUND ${d.host()}`],
  ['SystemError ENOENT', (d) => `ENOENT: no such file or directory, open '${d.path()}'`],
  ['SystemError EACCES', (d) => `EACCES: permission denied, unlink '${d.windows()}'`],
  ['Error', (d) => `Cannot read ${d.path()}: the disk is gone`],
  ['TypeError', (d) => `Cannot read properties of undefined (reading '${d.word()}')`],
  ['TypeError', (d) => `Cannot set properties of null (setting '${d.word()}')`],
  [
    'PlinthError PLINTH_SQL_UNIQUE',
    (d) => `duplicate key value violates unique constraint "${d.word()}" Key (id)=(${d.uuid()}) already exists.`,
  ],
  ['PlinthError PLINTH_SQL_FOREIGN_KEY', (d) => `insert on table "${d.word()}" violates foreign key constraint "${d.word()}"`],
  [
    'DatabaseError 40P01',
    (d) => `Process ${d.number()} waits for ShareLock on transaction ${d.number()}; blocked by process ${d.number()}.`,
  ],
  ['HttpError', (d) => `Request to ${d.url()} failed with status 503 after ${d.took()}`],
  ['HttpError', (d) => `${d.url()} answered with no body, request ${d.token()}`],
  ['StripeError', (d) => `No such customer: '${d.token()}'; a similar object exists in test mode`],
  ['StripeError', (d) => `No such customer ${d.token()}`],
  ['SmtpError', (d) => `550 5.1.1 <${d.email()}>: Recipient address rejected: user unknown`],
  ['SmtpError', (d) => `Can't send mail: all recipients were rejected by ${d.host()} (it can't be helped)`],
  ['TimeoutError', (d) => `The job ${d.uuid()} of tenant ${d.uuid()} took longer than ${d.number()} ms`],
  ['RangeError', (d) => `The value of "offset" is out of range. It must be >= 0 and <= ${d.number()}. Received ${d.number()}`],
  ['SyntaxError', (d) => `Unexpected token '${d.word()}', "${d.word()}" is not valid JSON at position ${d.number()}`],
  ['ValidationError', (d) => `payload.lines[${d.number()}].price must be number, was ${d.decimal()}`],
  ['Error', (d) => `checksum of blob ${d.hash()} does not match, expected ${d.hash()}`],
  ['Error', (d) => `Peer [${d.ip6()}]:443 closed the connection`],
  ['Error', (d) => `lease ended at ${d.time()}, which is before ${d.time()}`],
  ['Error', (d) => `Invoice #${d.number()} is ${d.decimal()}% paid; “${d.word()}” cannot be closed`],
];
const stack = (file: string, line: number) =>
  `Error: x\n    at parse (/srv/app-${line}/node_modules/zod/index.js:${line}:3)\n    at async send (file:///srv/app/jobs/${file}:${line}:11)\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;

test('occurrences of one failure have one signature, and different failures have different ones', () => {
  const all = texts.map(([name, text], kind) => {
    const signatures = Array.from({ length: 10 }, (_, index) => {
      const draw = drawer(kind * 100 + index);
      return { message: text(draw), signature: signatureOf({ name, message: text(draw), stack: stack('send.ts', index * 7 + 1) }, 'send') };
    });
    const different = signatures.filter(({ signature }) => signature !== signatures[0]?.signature);
    expect(
      different.map(({ message }) => kindOfMessage(message)),
      kindOfMessage(signatures[0]?.message ?? ''),
    ).toEqual([]);
    return signatures[0]?.signature;
  });
  expect(all.length * 10).toBeGreaterThanOrEqual(200);
  expect(new Set(all).size).toBe(all.length);
});

test('job type, class and own frames tell failures apart; places in files and frames of others do not', () => {
  const base = { name: 'Error', message: 'it broke', stack: stack('send.ts', 3) };
  const signature = signatureOf(base, 'send');
  expect(signature).toMatch(/^[0-9a-f]{16}$/);
  expect(signatureOf({ ...base, stack: stack('send.ts', 999) }, 'send')).toBe(signature);
  expect(signatureOf(base, 'bounce')).not.toBe(signature);
  expect(signatureOf({ ...base, name: 'TypeError' }, 'send')).not.toBe(signature);
  expect(signatureOf({ ...base, stack: stack('other.ts', 3) }, 'send')).not.toBe(signature);
  expect(ownFrames(stack('send-3f9a2c1b.js', 3), '/opt/plinth/')).toEqual(['send@send.js']);
  expect(ownFrames('Error\n    at run (/opt/plinth/src/run.ts:1:1)\n    at /srv/a.ts:2:2', '/opt/plinth/')).toEqual(['@a.ts']);
});

test('a kind shows nothing of what varied, and any error has one', () => {
  expect(kindOf({ name: 'SmtpError', message: "550 ada@example.com: mailbox 'ada' is full, 12,345 bytes over" })).toBe(
    'SmtpError: # <address>: mailbox <quoted> is full, # over',
  );
  expect(kindOf(null)).toBe('no error was kept');
  expect(kindOf({ name: 'CrashLoop' })).toBe('CrashLoop');
});
