/** Where the bytes of one message go while it is read: memory, or a file when it is large. */
export interface Sink<T> {
  add(bytes: Buffer): void | Promise<void>;
  finish(): T | Promise<T>;
}

export interface MboxEntry<T> {
  /** Offsets in the (decompressed) mailbox: first byte, byte behind the last, and where the next entry begins. */
  readonly start: number;
  readonly end: number;
  readonly next: number;
  /** The separator without its line end: `From sender date`. */
  readonly fromLine: string;
  readonly message: T;
}

const separator = Buffer.from('\nFrom ');
const lineFeed = 10;
const carriageReturn = 13;
/** A longer line is no separator. Also bounds what is held back at the end of a chunk. */
const longestSeparator = 1024;

/** Enough behind a blank line. */
const looksLikeSeparator = (line: string) => /^From .*\d{1,2}:\d{2}.*\d{4}/.test(line);
/** Enough anywhere: what mbox writers quote in a body, and some of them forget the blank line before. */
const isSurelySeparator = (line: string) =>
  /^From .*\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d(:\d\d)? .*\d{4}\s*$/.test(line);

/** Length of the blank line that ends at `end`: 0 for none. At the start of a message the blank line has no line before it. */
function blankLineBefore(buffer: Buffer, end: number, isStart: boolean): number {
  if (buffer[end - 1] !== lineFeed) return 0;
  const width = buffer[end - 2] === carriageReturn ? 2 : 1;
  const before = end - width;
  return before === 0 ? (isStart ? width : 0) : buffer[before - 1] === lineFeed ? width : 0;
}

/**
 * Splits an mbox stream into messages, in memory that does not grow with the mailbox.
 *
 * A separator is a line `From … hh:mm … yyyy` at the beginning or after a blank line, which belongs to the separator; with
 * a whole date as mbox writers write it (`Thu Aug 22 12:36:23 2002`) the blank line may be missing. Everything between two separators is given as it stands: `>From ` is not unquoted, because mboxo and mboxrd
 * cannot be told apart and the bytes of the file are the evidence. A stream that ends early gives no partial message.
 *
 * @param startOffset where in the mailbox `chunks` begins; at a separator
 */
export async function* splitMbox<T>(
  chunks: AsyncIterable<Uint8Array>,
  startOffset: number,
  openSink: () => Sink<T>,
): AsyncGenerator<MboxEntry<T>> {
  let buffer: Buffer = Buffer.alloc(0);
  let base = startOffset;
  let current: { sink: Sink<T>; start: number; fromLine: string; isStart: boolean } | undefined;
  let searchFrom = 0;

  const drop = (count: number) => {
    buffer = buffer.subarray(count);
    base += count;
    searchFrom = Math.max(0, searchFrom - count);
  };
  const flush = async (count: number) => {
    if (!current || count <= 0) return;
    await current.sink.add(buffer.subarray(0, count));
    current.isStart = false;
    drop(count);
  };
  const open = (lineEnd: number) => {
    const fromLine = buffer.toString('latin1', 0, lineEnd).trimEnd();
    drop(lineEnd + 1);
    searchFrom = 0;
    current = { sink: openSink(), start: base, fromLine, isStart: true };
  };
  const close = async (content: number, blank: number): Promise<MboxEntry<T>> => {
    const { sink, start, fromLine } = current as NonNullable<typeof current>;
    await flush(content);
    const end = base;
    drop(blank);
    current = undefined;
    return { start, end, next: base, fromLine, message: await sink.finish() };
  };

  /** Works off what the buffer holds. Returns when more bytes are needed. */
  async function* work(isLast: boolean): AsyncGenerator<MboxEntry<T>> {
    for (;;) {
      if (!current) {
        while (buffer[0] === lineFeed || buffer[0] === carriageReturn) drop(1);
        const lineEnd = buffer.indexOf(lineFeed);
        if (lineEnd < 0 && !isLast) return;
        if (buffer.length === 0) return;
        open(lineEnd < 0 ? buffer.length : lineEnd);
      }
      const isStart = (current as NonNullable<typeof current>).isStart;
      // The separator after an empty message follows at once, with no line feed of its own before it.
      const isEmpty = isStart && searchFrom === 0 && buffer.toString('latin1', 0, 5) === 'From ';
      const at = isEmpty ? -1 : buffer.indexOf(separator, searchFrom);
      if (at < 0 && !isEmpty) {
        if (isLast) return;
        const keep = separator.length + 2;
        await flush(buffer.length - keep);
        searchFrom = 0;
        return;
      }
      const lineStart = at + 1;
      const lineEnd = buffer.indexOf(lineFeed, lineStart);
      if (lineEnd < 0 && !isLast && buffer.length - lineStart < longestSeparator) {
        await flush(at - 2);
        return;
      }
      const blank = isEmpty ? 0 : blankLineBefore(buffer, lineStart, isStart);
      const line = buffer.toString('latin1', lineStart, Math.min(lineEnd < 0 ? buffer.length : lineEnd, lineStart + longestSeparator));
      if (isSurelySeparator(line) || ((blank > 0 || isEmpty) && looksLikeSeparator(line))) {
        yield await close(lineStart - blank, blank);
        continue;
      }
      searchFrom = lineStart + 1;
    }
  }

  for await (const chunk of chunks) {
    buffer = buffer.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([buffer, chunk]);
    yield* work(false);
  }
  yield* work(true);
  if (current) yield await close(buffer.length - blankLineBefore(buffer, buffer.length, current.isStart), buffer.length);
}
