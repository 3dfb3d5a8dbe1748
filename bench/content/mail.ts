import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** Messages to measure with: of the mbox files in `PLINTH_BENCH_MBOX` (separated by colons, .gz too), else made up. */
export async function benchMail(): Promise<{ readonly source: string; readonly messages: readonly Buffer[] }> {
  const paths = process.env.PLINTH_BENCH_MBOX?.split(':') ?? [];
  if (paths.length === 0) return { source: 'generated', messages: generatedMail(3_000) };
  const messages: Buffer[] = [];
  for (const path of paths) {
    const file = await readFile(path);
    messages.push(...splitMbox(path.endsWith('.gz') ? gunzipSync(file) : file));
  }
  return { source: `${paths.length} mbox files`, messages };
}

function splitMbox(mbox: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let start = 0; start < mbox.length; ) {
    const next = mbox.indexOf('\nFrom ', start);
    const end = next === -1 ? mbox.length : next + 1;
    messages.push(mbox.subarray(mbox.indexOf(10, start) + 1, end));
    start = end;
  }
  return messages;
}

/** A generator of numbers in [0, 1) that gives the same ones each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Mail with the proportions of real one: half of the bodies below 1 kB, headers of about 2 kB, one in four with HTML
 * beside the text, one in ten with an attachment that four others get too.
 */
function generatedMail(count: number): Buffer[] {
  const random = seeded(20_260_101);
  const letters = 'etaoinshrdlcumwfgypbvk';
  const word = () =>
    Array.from({ length: 2 + Math.floor(random() * 9) }, () => letters[Math.floor(random() ** 1.5 * letters.length)]).join('');
  const vocabulary = Array.from({ length: 4_000 }, word);
  const pick = () => vocabulary[Math.floor(random() ** 3 * vocabulary.length)] as string;
  const hex = (length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  const text = (bytes: number) => {
    let line = '';
    const lines: string[] = [];
    for (let size = 0; size < bytes; size += line.length + 2) {
      line = pick();
      while (line.length < 68) line += ` ${pick()}`;
      lines.push(line);
    }
    return lines.join('\r\n');
  };
  const attachment = () =>
    Buffer.from(Uint8Array.from({ length: 4_000 + Math.floor(random() ** 3 * 60_000) }, () => Math.floor(random() * 256)));
  let shared = attachment();
  return Array.from({ length: count }, (_, index) => {
    if (index % 50 === 0) shared = attachment();
    const plain = text(200 * Math.exp(random() * 4));
    const date = new Date(Date.UTC(2024, 0, 1) + index * 3_600_000).toUTCString();
    const received = Array.from(
      { length: 5 },
      () =>
        `Received: from ${pick()}.example.net (192.0.2.${Math.floor(random() * 256)}) by mx.example.com\r\n\twith ESMTP id ${hex(12)}; ${date}`,
    );
    const header = [
      ...received,
      `DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=${pick()}; b=${hex(300)}`,
      `Message-ID: <${hex(24)}@example.net>`,
      `From: ${pick()} <${pick()}@example.net>`,
      `To: ${pick()} <${pick()}@example.com>`,
      `Subject: ${pick()} ${pick()} ${pick()}`,
      `Date: ${date}`,
      'MIME-Version: 1.0',
    ].join('\r\n');
    const part = (type: string, encoding: string, body: string) =>
      `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;
    const html = `<html><body style=3D"font: 12px sans-serif">=\r\n${plain.replaceAll('\r\n', '=\r\n<br>')}</body></html>`;
    const parts = [part('text/plain; charset=utf-8', '7bit', plain)];
    if (index % 4 === 0) parts.push(part('text/html; charset=utf-8', 'quoted-printable', html));
    if (index % 10 === 0) {
      const lines = shared.toString('base64').replace(/.{76}/g, '$&\r\n');
      parts.push(part('application/pdf; name="report.pdf"\r\nContent-Disposition: attachment', 'base64', lines));
    }
    if (parts.length === 1) return Buffer.from(`${header}\r\n${parts[0]}`);
    const boundary = `=_${hex(16)}`;
    const body = parts.map((body) => `--${boundary}\r\n${body}`).join('\r\n');
    return Buffer.from(`${header}\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${body}\r\n--${boundary}--\r\n`);
  });
}
