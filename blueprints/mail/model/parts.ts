/** Where the body begins: behind the first blank line. */
function bodyStart(part: Buffer): number {
  if (part[0] === 10) return 1;
  if (part[0] === 13 && part[1] === 10) return 2;
  const lf = part.indexOf('\n\n');
  const crlf = part.indexOf('\n\r\n');
  if (lf < 0 && crlf < 0) return part.length;
  return crlf < 0 || (lf >= 0 && lf < crlf) ? lf + 2 : crlf + 3;
}

/** Behind the header. */
export const bodyOf = (part: Buffer): Buffer => part.subarray(bodyStart(part));

/** The parts of the body of a multipart; what is not closed ends with the body. */
export function* partsOf(body: Buffer, boundary: string | undefined): Generator<Buffer> {
  if (!boundary) return;
  const delimiter = `--${boundary}`;
  let start = -1;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    if (start >= 0) yield body.subarray(start, at);
    const lineEnd = body.indexOf(10, at);
    if (lineEnd < 0 || body.toString('latin1', at + delimiter.length, at + delimiter.length + 2) === '--') return;
    start = lineEnd + 1;
  }
  if (start >= 0) yield body.subarray(start);
}

/** A parameter of a header field, with or without quotes. */
export function parameter(field: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(field);
  return match?.[1] ?? match?.[2];
}

/** The bytes behind a transfer encoding; one that is not known is none. */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64');
    case 'quoted-printable': {
      const text = body
        .toString('latin1')
        .replace(/[ \t]*=\r?\n/g, '')
        .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(text, 'latin1');
    }
    default:
      return body;
  }
}
