import { readHeader, textField } from './header.ts';
import { bodyOf, decodeTransfer, parameter, partsOf } from './parts.ts';
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
  const body = bodyOf(part);
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
