import { TextDecoder } from 'node:util';

const decoders = new Map<string, TextDecoder | undefined>();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const latin = new TextDecoder('windows-1252');

function decoderFor(label: string): TextDecoder | undefined {
  if (!decoders.has(label)) {
    try {
      decoders.set(label, new TextDecoder(label));
    } catch {
      decoders.set(label, undefined);
    }
  }
  return decoders.get(label);
}

/**
 * Bytes as text. A charset that is unknown, missing or `us-ascii` is taken for UTF-8 where the bytes are valid, else
 * windows-1252, which gives a character for every byte: old mail has eight-bit text without saying which.
 */
export function decodeText(bytes: Uint8Array, charset?: string): string {
  const label = charset?.trim().toLowerCase() ?? '';
  const isSaid = label !== '' && label !== 'us-ascii' && label !== 'utf-8' && label !== 'utf8';
  const decoder = isSaid ? decoderFor(label) : undefined;
  if (decoder) return decoder.decode(bytes);
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return latin.decode(bytes);
  }
}

/** Text as PostgreSQL can store it: no NUL, no lone surrogate. The bytes themselves are kept in the raw message. */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD').toWellFormed() : text.toWellFormed();
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The readable text of HTML: no markup, scripts or styles. For showing and snippets; nothing of it is ever run. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<(script|style|head|title)\b[\s\S]*?(<\/\1\s*>|$)/gi, ' ')
    .replace(/<!--[\s\S]*?(-->|$)/g, ' ')
    .replace(/<(br|\/p|\/div|\/tr|\/li|\/h[1-6])\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name: string) => {
      if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*\n\s*/g, '\n\n')
    .trim();
}

/** The first `length` characters of a text on one line, without quoted lines; the quoted ones when there is nothing else. */
export function snippetOf(text: string, length = 200): string {
  const head = text.slice(0, 16_384);
  const own = head.replace(/^>.*$/gm, ' ').replace(/\s+/g, ' ').trim();
  return storable([...(own || head.replace(/\s+/g, ' ').trim())].slice(0, length).join(''));
}
