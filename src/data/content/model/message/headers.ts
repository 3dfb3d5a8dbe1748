/** The header fields that say how an entity's body is to be read; nothing else of a header is interpreted. */
export interface EntityHeaders {
  /** Lower case `type/subtype`; undefined when absent or unusable. */
  readonly contentType: string | undefined;
  readonly charset: string | undefined;
  readonly boundary: string | undefined;
  /** Lower case, `7bit` when absent. */
  readonly transferEncoding: string;
  /** Lower case `inline`, `attachment` or what the sender made up. */
  readonly disposition: string | undefined;
  readonly fileName: string | undefined;
  /** Without angle brackets. */
  readonly contentId: string | undefined;
}

interface FieldValue {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const lineFeed = 10;
const mediaType = /^[a-z0-9!#$&^_.+-]{1,127}\/[a-z0-9!#$&^_.+-]{1,127}$/;
const charsetName = /^[a-z0-9][a-z0-9:()_.+-]{0,63}$/i;
const maxNameLength = 255;
/** No usable content field is longer; the rest of a longer one is ignored, so that no pattern below runs over megabytes. */
const maxFieldLength = 8_192;

/** Reads the content fields of the header block `raw[start, end)`; lines that are no header field are passed over. */
export function readEntityHeaders(raw: Buffer, start: number, end: number): EntityHeaders {
  const fields = contentFields(raw, start, end);
  const type = parseField(fields.get('content-type') ?? '');
  const disposition = parseField(fields.get('content-disposition') ?? '');
  const contentType = type.value.toLowerCase();
  const charset = type.parameters.get('charset');
  return {
    contentType: mediaType.test(contentType) ? contentType : undefined,
    charset: charset !== undefined && charsetName.test(charset) ? charset.toLowerCase() : undefined,
    boundary: type.parameters.get('boundary') || undefined,
    transferEncoding: parseField(fields.get('content-transfer-encoding') ?? '').value.toLowerCase() || '7bit',
    disposition: disposition.value.toLowerCase() || undefined,
    fileName: cleanName(disposition.parameters.get('filename') ?? type.parameters.get('name')),
    contentId: cleanName((fields.get('content-id') ?? '').trim().replace(/^<|>$/g, '')),
  };
}

/** The unfolded values of the `Content-*` fields by lower-case name, as latin1 text; the first of a name counts. */
function contentFields(raw: Buffer, start: number, end: number): Map<string, string> {
  const fields = new Map<string, string>();
  let position = start;
  while (position < end) {
    const first = raw[position];
    const lineStart = position;
    position = nextLine(raw, position, end);
    if (first !== 67 && first !== 99) continue; // neither 'C' nor 'c'
    while (position < end && (raw[position] === 32 || raw[position] === 9)) position = nextLine(raw, position, end);
    const text = raw.toString('latin1', lineStart, Math.min(position, lineStart + maxFieldLength));
    const colon = text.indexOf(':');
    const name = text.slice(0, colon).trimEnd().toLowerCase();
    if (colon > 0 && name.startsWith('content-') && !fields.has(name)) fields.set(name, text.slice(colon + 1).replace(/\r?\n/g, ''));
  }
  return fields;
}

function nextLine(raw: Buffer, position: number, end: number): number {
  const index = raw.indexOf(lineFeed, position);
  return index === -1 || index >= end ? end : index + 1;
}

// A parameter value is a quoted string with backslash escapes, or runs to the next semicolon. Senders forget quotes
// around names with spaces, so an unquoted value may hold them.
const parameter = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\[\s\S])*)"?|([^;]*))/g;

function parseField(text: string): FieldValue {
  const semicolon = text.indexOf(';');
  const value = (semicolon === -1 ? text : text.slice(0, semicolon)).replace(/\([^()]*\)/g, '').trim();
  const plain = new Map<string, string>();
  const continued = new Map<string, Map<number, { text: string; isEncoded: boolean }>>();
  for (const [, rawName = '', quoted, bare] of semicolon === -1 ? [] : text.slice(semicolon).matchAll(parameter)) {
    const content = quoted === undefined ? (bare ?? '').trim() : quoted.replace(/\\([\s\S])/g, '$1');
    const [, name = '', index, star] = /^([^*]*)(?:\*(\d{1,3}))?(\*)?$/.exec(rawName.toLowerCase()) ?? [];
    if (index === undefined && star === undefined) {
      if (!plain.has(rawName.toLowerCase())) plain.set(rawName.toLowerCase(), content);
    } else {
      const pieces = continued.get(name) ?? new Map();
      continued.set(name, pieces.set(Number(index ?? 0), { text: content, isEncoded: star !== undefined }));
    }
  }
  // RFC 2231 wins over a plain parameter of the same name: senders give the plain one for old readers.
  for (const [name, pieces] of continued) plain.set(name, joinContinuations(pieces));
  return { value, parameters: plain };
}

/** RFC 2231: `name*0*=utf-8''a%20b; name*1=c` → `a bc`, as latin1 text when no charset was named. */
function joinContinuations(pieces: ReadonlyMap<number, { text: string; isEncoded: boolean }>): string {
  let charset = '';
  const bytes: Buffer[] = [];
  for (const [index, piece] of [...pieces].sort(([a], [b]) => a - b)) {
    let { text } = piece;
    if (index === 0 && piece.isEncoded) {
      const [, named = '', rest = text] = /^([^']*)'[^']*'([\s\S]*)$/.exec(text) ?? [];
      charset = named;
      text = rest;
    }
    const decoded = piece.isEncoded ? text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))) : text;
    bytes.push(Buffer.from(decoded, 'latin1'));
  }
  return charset === '' ? Buffer.concat(bytes).toString('latin1') : decodeText(Buffer.concat(bytes), charset);
}

// White space between two encoded words belongs to neither (RFC 2047, 6.2).
const encodedWord = /=\?([^?\s]+)\?([bq])\?([^?]*)\?=(?:\s+(?==\?[^?\s]+\?[bq]\?))?/gi;

/** A name for people: encoded words decoded, 8-bit bytes read as UTF-8 where they are, control characters dropped. */
function cleanName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const decoded = text.includes('=?')
    ? text.replace(encodedWord, (_, charset: string, kind: string, payload: string) => {
        const isBase64 = kind.toLowerCase() === 'b';
        const binary = payload
          .replaceAll('_', ' ')
          .replace(/=([0-9a-f]{2})/gi, (_hex, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
        return decodeText(Buffer.from(isBase64 ? payload : binary, isBase64 ? 'base64' : 'latin1'), charset.replace(/\*.*$/, ''));
      })
    : // Text beyond latin1 was decoded already, by RFC 2231.
      /[\u0080-\u00ff]/.test(text) && !/[^\0-\u00ff]/.test(text)
      ? decodeText(Buffer.from(text, 'latin1'), 'utf-8')
      : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these cannot be stored as text or break a terminal
  const printable = decoded.replace(/[\u0000-\u001f\u007f\ud800-\udfff]/gu, '').trim();
  return [...printable].slice(0, maxNameLength).join('') || undefined;
}

/** Never fails: an unknown charset, or bytes that are not of it, are read as windows-1252, which knows every byte. */
function decodeText(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
