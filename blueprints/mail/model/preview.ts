import { readHeader, textField } from './header.ts';
import { decodeText, textOfHtml } from './text.ts';

// Nesting beyond this is an attack on readers, not a letter.
const deepest = 8;

interface Found {
  readonly text: string;
  readonly isPlain: boolean;
}

/**
 * The readable beginning of a message's text: of its first plain part, else of its first HTML part; empty when there is none.
 * Given the beginning of a message it answers from that; what is cut off or broken gives less text, never an error.
 */
export function previewOf(raw: Buffer): string {
  return find(raw, 0)?.text ?? '';
}

function find(part: Buffer, depth: number): Found | undefined {
  const header = readHeader(part) ?? new Map<string, string[]>();
  const body = part.subarray(bodyStart(part));
  const said = textField(header, 'content-type') || 'text/plain';
  const type = said.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('multipart/') && depth < deepest) {
    let html: Found | undefined;
    for (const child of partsOf(body, parameter(said, 'boundary'))) {
      const found = find(child, depth + 1);
      if (found?.isPlain) return found;
      html ??= found;
    }
    return html;
  }
  if (!type.startsWith('text/') || /^attachment/i.test(textField(header, 'content-disposition'))) return undefined;
  const text = decodeText(decodeTransfer(body, textField(header, 'content-transfer-encoding')), parameter(said, 'charset'));
  return type === 'text/html' ? { text: textOfHtml(text), isPlain: false } : { text, isPlain: true };
}

/** Where the body begins: behind the first blank line. */
function bodyStart(part: Buffer): number {
  if (part[0] === 10) return 1;
  if (part[0] === 13 && part[1] === 10) return 2;
  const lf = part.indexOf('\n\n');
  const crlf = part.indexOf('\n\r\n');
  if (lf < 0 && crlf < 0) return part.length;
  return crlf < 0 || (lf >= 0 && lf < crlf) ? lf + 2 : crlf + 3;
}

function* partsOf(body: Buffer, boundary: string | undefined): Generator<Buffer> {
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
function parameter(field: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(field);
  return match?.[1] ?? match?.[2];
}

function decodeTransfer(body: Buffer, encoding: string): Buffer {
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
