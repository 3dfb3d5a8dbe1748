/** Everything beside the bytes that a base64 text was made of. */
export interface Base64Encoding {
  readonly kind: 'base64';
  /** Characters per line without the line ending; 0: one line, however long. */
  readonly lineLength: number;
  readonly lineEnding: '\n' | '\r\n';
}

/** Decoded bytes and, where encoding them again gives the text back, how and which `[start, end)` of the text it gives. */
export interface Decoded<E> {
  readonly bytes: Buffer;
  readonly exact?: { readonly start: number; readonly end: number; readonly encoding: E };
}

const lineFeed = 10;
const carriageReturn = 13;

// 1: a character of the alphabet or padding, 2: white space, 0: the end of anything that can be base64.
const classes = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=') classes[character.charCodeAt(0)] = 1;
for (const character of ' \t\r\n') classes[character.charCodeAt(0)] = 2;

/**
 * Decodes as lenient readers do: up to the padding, white space ignored, and a footer that a list server appended
 * in the clear is not taken for base64. Blank lines around the text stay outside the exact range.
 */
export function decodeBase64(text: Buffer): Decoded<Base64Encoding> {
  const start = skipWhiteSpace(text);
  const body = text.subarray(start, findEnd(text, start));
  const bytes = Buffer.from(body.toString('latin1'), 'base64');
  const feed = body.indexOf(lineFeed);
  const lineEnding = feed > 0 && body[feed - 1] === carriageReturn ? '\r\n' : '\n';
  const lineLength = feed === -1 ? 0 : feed - lineEnding.length + 1;
  // A line of another length than whole quanta, or none at all, is nothing that an encoder makes.
  if (bytes.length === 0 || lineLength % 4 !== 0) return { bytes };
  const encoding: Base64Encoding = { kind: 'base64', lineLength, lineEnding };
  const encoded = encodeBase64(bytes, encoding);
  const isExact = body.subarray(0, encoded.length).equals(encoded);
  return isExact ? { bytes, exact: { start, end: start + encoded.length, encoding } } : { bytes };
}

/** The text of `bytes` in lines; no line ending after the last one. */
export function encodeBase64(bytes: Buffer, { lineLength, lineEnding }: Base64Encoding): Buffer {
  const text = Buffer.from(bytes.toString('base64'), 'latin1');
  if (lineLength === 0 || text.length <= lineLength) return text;
  const lineCount = Math.ceil(text.length / lineLength);
  const lines = Buffer.allocUnsafe(text.length + (lineCount - 1) * lineEnding.length);
  let target = 0;
  for (let source = 0; source < text.length; source += lineLength) {
    if (source > 0) target += lines.write(lineEnding, target, 'latin1');
    target += text.copy(lines, target, source, source + lineLength);
  }
  return lines;
}

function skipWhiteSpace(text: Buffer): number {
  let position = 0;
  while (position < text.length && classes[text[position] as number] === 2) position++;
  return position;
}

/** The end of the last line that holds nothing but base64. */
function findEnd(text: Buffer, start: number): number {
  let lineStart = start;
  for (let position = start; position < text.length; position++) {
    const byte = text[position] as number;
    if (classes[byte] === 0) return lineStart === start ? text.length : lineStart;
    if (byte === lineFeed) lineStart = position + 1;
  }
  return text.length;
}
