import { createHash } from 'node:crypto';

/** What the server keeps of a name. */
const maxBytes = 63;
const bytesOf = (text: string) => Buffer.byteLength(text);

/**
 * `base_suffix` in at most 63 bytes: a longer base is cut and 8 hexadecimal digits of its SHA-256 are put in place of
 * what is missing, so that two long names stay two. The server computes the same in partition.name_of().
 */
export function partitionName(base: string, suffix: string): string {
  const room = maxBytes - bytesOf(suffix) - 1;
  if (bytesOf(base) <= room) return `${base}_${suffix}`;
  const letters = [...base];
  while (bytesOf(letters.join('')) > room - 9) letters.pop();
  return `${letters.join('')}_${createHash('sha256').update(base).digest('hex').slice(0, 8)}_${suffix}`;
}
