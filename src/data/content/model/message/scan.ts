import { type EntityHeaders, readEntityHeaders } from './headers.ts';

/** A MIME leaf: an entity that is not a multipart. Offsets are into the scanned message. */
export interface Leaf extends EntityHeaders {
  /** Position in the tree as IMAP numbers it: `1`, `2.1`. */
  readonly path: string;
  /** The body is `raw[start, end)`, without the line break that belongs to the boundary after it. */
  readonly start: number;
  readonly end: number;
  readonly contentType: string;
}

interface Region {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** What an entity without Content-Type is here: `message/rfc822` in a digest, else `text/plain`. */
  readonly defaultType: string;
}

const lineFeed = 10;
const carriageReturn = 13;
/** Deeper multiparts are kept as one opaque leaf; real mail stays below 10. */
const maxDepth = 32;
/** A message with more leaves is hostile: it is kept as one leaf, so that it costs one row, not a million. */
const maxLeaves = 1_000;
const maxBoundaryLength = 250;

/**
 * Finds the MIME leaves of a message in order of their bytes, which never overlap. Reads any bytes at all: a
 * message without a header end has an empty body, a multipart whose boundary never occurs is one leaf of text, a
 * missing final boundary ends with the enclosing part. Nested `message/rfc822` is a leaf: an attachment.
 */
export function scanMessage(raw: Buffer): Leaf[] {
  const leaves: Leaf[] = [];
  const pending: Region[] = [{ path: '', start: 0, end: raw.length, depth: 0, defaultType: 'text/plain' }];
  for (let region = pending.pop(); region; region = pending.pop()) {
    const bodyStart = findBody(raw, region.start, region.end);
    const headers = readEntityHeaders(raw, region.start, bodyStart);
    const type = headers.contentType ?? region.defaultType;
    const isMultipart = type.startsWith('multipart/') && headers.boundary !== undefined && headers.boundary.length <= maxBoundaryLength;
    const children = isMultipart && region.depth < maxDepth ? splitMultipart(raw, bodyStart, region.end, headers.boundary as string) : [];
    if (children.length === 0) {
      const contentType = type.startsWith('multipart/') ? 'text/plain' : type;
      leaves.push({ ...headers, contentType, path: region.path || '1', start: bodyStart, end: region.end });
    }
    if (leaves.length + pending.length + children.length > maxLeaves) return [wholeBody(raw)];
    const prefix = region.path === '' ? '' : `${region.path}.`;
    const defaultType = type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    // Pushed last to first: the stack gives them back in the order of their bytes.
    for (let i = children.length - 1; i >= 0; i--) {
      const { start, end } = children[i] as { start: number; end: number };
      pending.push({ path: `${prefix}${i + 1}`, start, end, depth: region.depth + 1, defaultType });
    }
  }
  return leaves;
}

function wholeBody(raw: Buffer): Leaf {
  const start = findBody(raw, 0, raw.length);
  const headers = readEntityHeaders(raw, 0, start);
  return { ...headers, transferEncoding: '7bit', contentType: 'text/plain', path: '1', start, end: raw.length };
}

/** Offset after the first empty line, or `end` when there is none. */
function findBody(raw: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const next = raw[position] === carriageReturn ? position + 1 : position;
    if (next < end && raw[next] === lineFeed) return next + 1;
    const index = raw.indexOf(lineFeed, position);
    if (index === -1 || index >= end) return end;
    position = index + 1;
  }
  return end;
}

/** The child entities between the delimiter lines of `boundary`; none when it does not occur. Preamble and epilogue are no children. */
function splitMultipart(raw: Buffer, start: number, end: number, boundary: string): { start: number; end: number }[] {
  const children: { start: number; end: number }[] = [];
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  let childStart = -1;
  let position = start;
  while (position < end && children.length <= maxLeaves) {
    const found = raw.indexOf(delimiter, position);
    if (found === -1 || found + delimiter.length > end) break;
    position = found + delimiter.length;
    if (found !== start && raw[found - 1] !== lineFeed) continue;
    const line = readDelimiterEnd(raw, position, end);
    if (!line) continue;
    if (childStart !== -1) children.push({ start: childStart, end: Math.max(childStart, beforeLineBreak(raw, found)) });
    childStart = line.next;
    position = line.next;
    if (line.isFinal) return children;
  }
  if (childStart !== -1) children.push({ start: childStart, end });
  return children;
}

/** What follows a delimiter: `--` for the last one, white space, and the end of the line. Anything else is no delimiter. */
function readDelimiterEnd(raw: Buffer, after: number, end: number): { next: number; isFinal: boolean } | undefined {
  const isFinal = after + 2 <= end && raw[after] === 45 && raw[after + 1] === 45;
  let position = isFinal ? after + 2 : after;
  while (position < end && (raw[position] === 32 || raw[position] === 9 || raw[position] === carriageReturn)) position++;
  if (position >= end) return { next: end, isFinal };
  return raw[position] === lineFeed ? { next: position + 1, isFinal } : undefined;
}

function beforeLineBreak(raw: Buffer, position: number): number {
  const feed = raw[position - 1] === lineFeed ? position - 1 : position;
  return feed < position && raw[feed - 1] === carriageReturn ? feed - 1 : feed;
}
