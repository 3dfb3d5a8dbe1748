import { hash } from 'node:crypto';

/** A message of a generated mailbox and what an import has to make of it. */
export interface GeneratedMessage {
  readonly raw: Buffer;
  /** Messages with the same number belong together. */
  readonly conversation: number;
  readonly attachments: number;
}

const latin = (text: string) => Buffer.from(text, 'latin1');
const date = (n: number) => new Date(Date.UTC(2003, 2, 1, 9) + n * 3_700_000).toUTCString();

/** Kinds of bodies that real mail has; each as header lines and bytes. */
const shapes: readonly ((n: number) => { head: string; body: Buffer; attachments: number })[] = [
  (n) => ({ head: 'Content-Type: text/plain; charset=us-ascii', body: latin(`Plain words, number ${n}.\n`), attachments: 0 }),
  () => ({ head: 'X-None: 1', body: latin('Eight bits without a charset: Gr\xfc\xdfe\n'), attachments: 0 }),
  () => ({ head: 'Content-Type: text/plain; charset=x-klingon', body: latin('Unknown charset \xe4\n'), attachments: 0 }),
  () => ({ head: 'Content-Type: text/plain; charset=utf-8', body: Buffer.from('NUL \0 inside, and 🍵\n'), attachments: 0 }),
  (n) => ({
    head: `Content-Type: multipart/mixed; boundary="b${n}"`,
    body: latin(
      `preamble\n--b${n}\nContent-Type: multipart/alternative; boundary=i${n}\n\n--i${n}\nContent-Type: text/plain\n\ntext ${n}\n--i${n}\nContent-Type: text/html\n\n<b>html ${n}</b>\n--i${n}--\n\n` +
        `--b${n}\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\n${wrapped(3000, n % 3)}\n` +
        `--b${n}\nContent-Type: application/ms-tnef; name="winmail.dat"\nContent-Disposition: attachment; filename=winmail.dat\nContent-Transfer-Encoding: base64\n\n${wrapped(900, 7)}\n--b${n}--\nepilogue\n`,
    ),
    attachments: 2,
  }),
  (n) => ({
    head: `Content-Type: multipart/mixed; boundary="never-closed-${n}"`,
    body: latin(`--never-closed-${n}\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!not base64 at all!!!\nrest\n`),
    attachments: 0,
  }),
  () => ({
    head: 'Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable',
    body: latin('Soft=\n break, Gr=FC=DFe, trailing =20\nbad =ZZ escape\n'),
    attachments: 0,
  }),
  (n) => ({ head: 'Content-Type: text/html', body: latin(`<html><body><p>Only html ${n} &amp; more</p></body></html>\n`), attachments: 0 }),
];

function wrapped(bytes: number, seed: number): string {
  const content = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i++) content[i] = (i * 31 + seed * 7) & 0xff;
  return content.toString('base64').replace(/.{76}/g, '$&\n');
}

/** `count` different messages in conversations of five; the same every time. */
export function* generateMail(count: number): Generator<GeneratedMessage> {
  for (let n = 0; n < count; n++) {
    const conversation = Math.floor(n / 5);
    const place = n % 5;
    const shape = (shapes[n % shapes.length] as (typeof shapes)[number])(n);
    const id = (m: number) => `<${m}.gen@lists.example.com>`;
    const head = [
      `Received: from mail.example.net by mx.example.org; ${date(n)}`,
      `From: =?utf-8?Q?J=C3=BCrgen_${n % 17}?= <person${n % 17}@example.com>`,
      `To: "List, The" <list${conversation % 3}@example.org>, Someone <some${n % 5}@example.net>`,
      `Subject: ${place > 0 ? 'Re: ' : ''}Topic ${conversation}`,
      `Date: ${date(n)}`,
      ...(place === 4 ? [] : [`Message-ID: ${id(n)}`]),
      ...(place === 1 || place === 2 ? [`In-Reply-To: ${id(n - 1)}`] : []),
      ...(place === 3 ? [`References: ${id(n - 3)}\n\t${id(n - 1)}`] : []),
      shape.head,
    ].join('\n');
    // Every eighth message has CRLF line ends; the last of a conversation answers by subject alone.
    const raw = Buffer.concat([latin(`${head}\n\n`), shape.body]);
    yield {
      raw: n % 8 === 3 ? raw : n % 16 === 0 ? latin(raw.toString('latin1').replaceAll('\n', '\r\n')) : raw,
      conversation,
      attachments: shape.attachments,
    };
  }
}

const separator = latin('From someone@example.com Sat Mar  1 09:00:00 2003\n');

/** Messages as an mbox file. */
export function asMbox(messages: Iterable<Buffer>): Buffer {
  return Buffer.concat([...messages].flatMap((raw) => [separator, raw, latin('\n')]));
}

export const sha256Of = (raw: Uint8Array) => hash('sha256', raw, 'hex');
