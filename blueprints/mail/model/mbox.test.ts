import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitMbox } from './mbox.ts';

const sink = () => {
  const chunks: Buffer[] = [];
  return { add: (bytes: Buffer) => void chunks.push(Buffer.from(bytes)), finish: () => Buffer.concat(chunks).toString('latin1') };
};

async function split(text: string, chunkBytes = text.length || 1) {
  const bytes = Buffer.from(text, 'latin1');
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  return Array.fromAsync(splitMbox(chunks(), 0, sink));
}

const from = 'From a@example.com Thu Aug 22 12:36:23 2002\n';

test('[M1] gives the bytes between separators as they stand', async () => {
  const entries = await split(`${from}Subject: a\n\n>From here\n\nFrom now on\n\n${from}Subject: b\n\nx\n`);
  expect(entries.map((entry) => entry.message)).toEqual(['Subject: a\n\n>From here\n\nFrom now on\n', 'Subject: b\n\nx\n']);
  expect(entries.map((entry) => entry.fromLine)).toEqual([from.trimEnd(), from.trimEnd()]);
});

test('[M1] the blank line before a separator, and at the end, is not part of a message', async () => {
  expect(
    (await split(`${from}A: 1\n\nx\n\n\n${from}B: 1\r\n\r\ny\r\n\r\n${from.trimEnd()}\r\nC: 1\n\nz\n\n`)).map((e) => e.message),
  ).toEqual(['A: 1\n\nx\n\n', 'B: 1\r\n\r\ny\r\n', 'C: 1\n\nz\n']);
});

test('[M1] empty messages, no final line end, a separator without a message', async () => {
  expect((await split(`${from}${from}\n${from}A: 1\n\nno end`)).map((e) => e.message)).toEqual(['', '', 'A: 1\n\nno end']);
  expect(await split('')).toEqual([]);
  expect((await split(from.trimEnd())).map((e) => e.message)).toEqual(['']);
});

test('[M1] a separator needs a date, and a blank line before it where the date is not whole', async () => {
  expect(await split(`${from}A: 1\n\nbody\nFrom 9:30 on 1 May 2002\n\nFrom my window\n`)).toHaveLength(1);
  expect(await split(`${from}A: 1\n\nbody\n\nFrom a 9:30 2002\nB: 1\n`)).toHaveLength(2);
  expect((await split(`${from}A: 1\n\nbody\n${from}B: 1\n`)).map((e) => e.message)).toEqual(['A: 1\n\nbody\n', 'B: 1\n']);
});

test('[M1] where a chunk ends makes no difference, and the offsets lead back to the bytes', async () => {
  const piece = fc.constantFrom('\n', '\r\n', 'From ', from, `\n${from}`, 'Subject: x\n', '\n\n', 'text', 'From x 1:00', 'y'.repeat(1100));
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 50 }), async (pieces, size) => {
      const text = from + pieces.join('');
      const whole = await split(text);
      expect(await split(text, size)).toEqual(whole);
      for (const entry of whole) expect(text.slice(entry.start, entry.end)).toBe(entry.message);
    }),
    { numRuns: 300 },
  );
});

test('[M7] memory does not grow with the message or the mailbox', async () => {
  const chunk = Buffer.alloc(256 * 1024, 'a line of a message that never seems to end\n');
  async function* mailbox() {
    for (let message = 0; message < 3; message++) {
      yield Buffer.from(`${from}Subject: ${message}\n\n`);
      for (let n = 0; n < 400; n++) yield chunk;
      yield Buffer.from('\n\n');
    }
  }
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  let total = 0;
  const counting = () => ({
    add(bytes: Buffer) {
      total += bytes.length;
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    },
    finish: () => undefined,
  });
  expect(await Array.fromAsync(splitMbox(mailbox(), 0, counting))).toHaveLength(3);
  expect(total).toBeGreaterThan(300 * 1024 * 1024);
  expect(peak).toBeLessThan(128 * 1024 * 1024);
});
