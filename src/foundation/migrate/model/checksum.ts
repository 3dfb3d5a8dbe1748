import { hash } from 'node:crypto';

/** UTF-8 without byte order mark, LF, exactly one final newline: what editors and git change must not change the hash. */
export function normalise(text: string): string {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let end = text.length;
  while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--;
  const body = text.slice(start, end);
  return `${body.includes('\r') ? body.replaceAll('\r\n', '\n') : body}\n`;
}

// Ledgers keep the algorithm with the value, so an entry here is never removed or changed.
const algorithms: Readonly<Record<string, (text: string) => string>> = {
  'v1:sha256': (text) => sha256(normalise(text)),
};

/** Checksum of a file's text with the current algorithm, `v1:sha256:<hex>`. */
export function checksumOf(text: string): string {
  return `v1:sha256:${algorithms['v1:sha256']?.(text)}`;
}

/** Whether `text` still has the recorded checksum, computed as it was then. An unknown algorithm never fits. */
export function fitsChecksum(recorded: string, text: string): boolean {
  const at = recorded.lastIndexOf(':');
  return algorithms[recorded.slice(0, at)]?.(text) === recorded.slice(at + 1);
}

export function sha256(text: string): string {
  return hash('sha256', text);
}
