import { decodePart, encodePart, formatEncoding, parseEncoding } from './encoding.ts';
import { type Leaf, scanMessage } from './scan.ts';

/** A leaf with the bytes that a reader wants of it: transfer encoding undone, charset untouched. */
export interface MessagePart extends Leaf {
  readonly bytes: Buffer;
  readonly isBody: boolean;
}

/** A stretch of the message that is made from a part again. */
export interface Placement {
  /** Offset in the message. */
  readonly start: number;
  readonly lengthBytes: number;
  /** As formatEncoding gives it. */
  readonly encoding: string;
}

export interface PlacedPart extends Placement {
  /** Index into `parts`. */
  readonly part: number;
}

export interface MessagePlan {
  readonly parts: readonly MessagePart[];
  /** Ascending and disjoint; empty: the message is kept whole. */
  readonly placed: readonly PlacedPart[];
  /** What no placement covers, in order: headers, boundaries, preambles. The whole message when nothing is placed. */
  readonly literals: Buffer;
}

/** A shorter encoded part saves fewer bytes than the row that refers to it costs. */
const minPlacedBytes = 64;

/**
 * Takes a message apart so that no byte is kept twice. The plan is carried out here before it is given: what comes
 * out equals `raw`, byte for byte, or the plan says to keep the message whole.
 */
export function planMessage(raw: Buffer): MessagePlan {
  const parts: MessagePart[] = [];
  const placed: PlacedPart[] = [];
  for (const leaf of scanMessage(raw)) {
    const { bytes, exact } = decodePart(raw.subarray(leaf.start, leaf.end), leaf.transferEncoding);
    if (exact && exact.end - exact.start >= minPlacedBytes) {
      const encoding = formatEncoding(exact.encoding);
      placed.push({ part: parts.length, start: leaf.start + exact.start, lengthBytes: exact.end - exact.start, encoding });
    }
    parts.push({ ...leaf, bytes, isBody: isBody(leaf) });
  }
  const literals = cutLiterals(raw, placed);
  const isExact = assemble(raw.length, placed, literals, ({ part }) => (parts[part] as MessagePart).bytes)?.equals(raw) ?? false;
  return isExact ? { parts, placed, literals } : { parts, placed: [], literals: raw };
}

/**
 * Puts a message together; undefined when the pieces do not fill `totalBytes` exactly.
 * @throws {Error} for an encoding that formatEncoding never gave.
 */
export function assemble<P extends Placement>(
  totalBytes: number,
  placed: readonly P[],
  literals: Buffer,
  bytesOf: (placement: P) => Buffer,
): Buffer | undefined {
  const message = Buffer.allocUnsafe(totalBytes);
  let position = 0;
  let used = 0;
  for (const placement of placed) {
    const gap = placement.start - position;
    const text = encodePart(bytesOf(placement), parseEncoding(placement.encoding));
    if (gap < 0 || text.length !== placement.lengthBytes || placement.start + text.length > totalBytes) return undefined;
    used += literals.copy(message, position, used, used + gap);
    position = placement.start + text.copy(message, placement.start);
  }
  if (used + (totalBytes - position) !== literals.length) return undefined;
  literals.copy(message, position, used);
  return message;
}

function cutLiterals(raw: Buffer, placed: readonly Placement[]): Buffer {
  if (placed.length === 0) return raw;
  const literals: Buffer[] = [];
  let position = 0;
  for (const { start, lengthBytes } of placed) {
    literals.push(raw.subarray(position, start));
    position = start + lengthBytes;
  }
  literals.push(raw.subarray(position));
  return Buffer.concat(literals);
}

/** What a reader shows as the text of a message; everything else is an attachment. */
function isBody(leaf: Leaf): boolean {
  return leaf.contentType.startsWith('text/') && leaf.disposition !== 'attachment' && leaf.fileName === undefined;
}
