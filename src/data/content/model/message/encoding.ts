import { type Base64Encoding, type Decoded, decodeBase64, encodeBase64 } from './base64.ts';
import { decodeQuotedPrintable, encodeQuotedPrintable, type QuotedPrintableEncoding } from './quoted-printable.ts';

/** How the text of a part is made from its bytes again. */
export type PartEncoding = { readonly kind: 'identity' } | Base64Encoding | QuotedPrintableEncoding;

/** Undoes a transfer encoding by its lower-case name; one that is not known (7bit, 8bit, binary, x-…) leaves the bytes as they are. */
export function decodePart(text: Buffer, transferEncoding: string): Decoded<PartEncoding> {
  if (transferEncoding === 'base64') return decodeBase64(text);
  if (transferEncoding === 'quoted-printable') return decodeQuotedPrintable(text);
  return { bytes: text, exact: { start: 0, end: text.length, encoding: { kind: 'identity' } } };
}

export function encodePart(bytes: Buffer, encoding: PartEncoding): Buffer {
  if (encoding.kind === 'base64') return encodeBase64(bytes, encoding);
  return encoding.kind === 'quoted-printable' ? encodeQuotedPrintable(bytes, encoding) : bytes;
}

/** One line of text for a column: `identity`, `base64;76;crlf`, `qp;76;lf;upper;<flips>;<breaks>`. */
export function formatEncoding(encoding: PartEncoding): string {
  if (encoding.kind === 'identity') return encoding.kind;
  const ending = encoding.lineEnding === '\n' ? 'lf' : 'crlf';
  if (encoding.kind === 'base64') return `base64;${encoding.lineLength};${ending}`;
  const letters = encoding.isUpperCase ? 'upper' : 'lower';
  return `qp;${encoding.lineLength};${ending};${letters};${packPositions(encoding.flips)};${packPositions(encoding.breaks)}`;
}

/** The inverse of formatEncoding. @throws {Error} for any other text. */
export function parseEncoding(text: string): PartEncoding {
  if (text === 'identity') return { kind: 'identity' };
  const match = /^(?:base64;(\d{1,10});(lf|crlf)|qp;(\d{1,10});(lf|crlf);(upper|lower);([\w-]*);([\w-]*))$/.exec(text);
  if (!match) throw new Error(`unknown part encoding ${JSON.stringify(text.slice(0, 40))}`);
  const [, base64Length, base64Ending, qpLength, qpEnding, letters, flips = '', breaks = ''] = match;
  if (base64Length !== undefined) return { kind: 'base64', lineLength: Number(base64Length), lineEnding: lineEndingOf(base64Ending) };
  return {
    kind: 'quoted-printable',
    lineLength: Number(qpLength),
    lineEnding: lineEndingOf(qpEnding),
    isUpperCase: letters === 'upper',
    flips: unpackPositions(flips),
    breaks: unpackPositions(breaks),
  };
}

function lineEndingOf(name: string | undefined): '\n' | '\r\n' {
  return name === 'lf' ? '\n' : '\r\n';
}

/** Ascending positions as distances, seven bits to the byte: lists in mail are near one byte an entry. */
function packPositions(positions: readonly number[]): string {
  const bytes: number[] = [];
  let last = 0;
  for (const position of positions) {
    let distance = position - last;
    for (; distance > 127; distance = Math.floor(distance / 128)) bytes.push((distance & 127) | 128);
    bytes.push(distance);
    last = position;
  }
  return Buffer.from(bytes).toString('base64url');
}

function unpackPositions(text: string): number[] {
  const positions: number[] = [];
  let position = 0;
  let distance = 0;
  let factor = 1;
  for (const byte of Buffer.from(text, 'base64url')) {
    distance += (byte & 127) * factor;
    factor *= 128;
    if (byte > 127) continue;
    position += distance;
    positions.push(position);
    distance = 0;
    factor = 1;
  }
  return positions;
}
