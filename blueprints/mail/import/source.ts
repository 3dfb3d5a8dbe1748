import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { messageOf } from 'plinth/kernel';
import { mailErrors } from '../errors.ts';
import { dateOfFromLine } from '../model/envelope.ts';
import { splitMbox } from '../model/mbox.ts';
import { type Received, receive } from './received.ts';

/** How far a source is dealt with: bytes of one (decompressed) file, or the last file of a folder. */
export interface Position {
  readonly offsetBytes: number;
  readonly lastFile: string | undefined;
}

export interface Entry {
  readonly message: Received;
  /** Within a folder. */
  readonly file: string | undefined;
  readonly start: number;
  readonly end: number;
  /** Behind this entry. */
  readonly position: Position;
  /** The date the source gives it. */
  readonly dated: Date | undefined;
}

/** An mbox file, a single message, a folder of them, a maildir, or standard input. */
export interface Source {
  /** The absolute path, or `-`. */
  readonly name: string;
  /** Tells this source from another one under the same name: SHA-256 of its beginning, at most `length` bytes or names. */
  fingerprint(length?: number): { readonly sha256: Buffer; readonly length: number };
  /** Bytes on disk; undefined for standard input. */
  readonly totalBytes: number | undefined;
  /** Bytes on disk read so far. */
  readBytes(): number;
  /** @throws PLINTH_MAIL_SOURCE_UNREADABLE, PLINTH_MAIL_SOURCE_DAMAGED */
  entries(from: Position): AsyncIterable<Entry>;
}

const fingerprintBytes = 64 * 1024;
const fingerprintNames = 1_000;

/** @throws PLINTH_MAIL_SOURCE_UNREADABLE, PLINTH_MAIL_NOTHING_TO_IMPORT */
export async function openSource(path: string, input: Readable = process.stdin): Promise<Source> {
  if (path === '-') return openStream('-', undefined, input);
  const name = resolve(path);
  const info = await stat(name).catch((error: unknown) => {
    throw mailErrors.SOURCE_UNREADABLE({ source: name, reason: messageOf(error) }, { cause: error });
  });
  return info.isDirectory() ? openFolder(name) : openStream(name, info.size, createReadStream(name, { highWaterMark: 256 * 1024 }));
}

async function openStream(name: string, totalBytes: number | undefined, stream: Readable): Promise<Source> {
  let readBytes = 0;
  async function* counted() {
    for await (const chunk of stream) {
      readBytes += chunk.length;
      yield chunk as Buffer;
    }
  }
  const { head, chunks } = await readAhead(counted(), fingerprintBytes).catch((error: unknown) => {
    throw mailErrors.SOURCE_UNREADABLE({ source: name, reason: messageOf(error) }, { cause: error });
  });
  return {
    name,
    totalBytes,
    fingerprint(length = fingerprintBytes) {
      const beginning = head.subarray(0, length);
      return { sha256: hash('sha256', beginning, 'buffer'), length: beginning.length };
    },
    readBytes: () => readBytes,
    async *entries(from) {
      let readCount = 0;
      try {
        const plain = await readAhead(decompress(head, chunks), 1);
        const isMbox = /^\s*From /.test(plain.head.toString('latin1', 0, 64));
        const rest = skip(plain.chunks, from.offsetBytes);
        for await (const entry of isMbox ? mboxEntries(rest, from.offsetBytes) : fileEntry(rest, from.offsetBytes)) {
          readCount += 1;
          yield entry;
        }
      } catch (error) {
        throw readFailure(name, error, readCount);
      }
    },
  };
}

async function openFolder(name: string): Promise<Source> {
  const files = await listMail(name);
  if (files.length === 0) throw mailErrors.NOTHING_TO_IMPORT({ source: name });
  let readBytes = 0;
  let totalBytes = 0;
  for (const file of files) totalBytes += (await stat(join(name, file))).size;
  return {
    name,
    totalBytes,
    fingerprint(length = fingerprintNames) {
      const first = files.slice(0, length);
      return { sha256: hash('sha256', first.join('\0'), 'buffer'), length: first.length };
    },
    readBytes: () => readBytes,
    async *entries(from) {
      for (const file of files) {
        if (from.lastFile !== undefined && file <= from.lastFile) continue;
        const path = join(name, file);
        try {
          const sink = receive();
          for await (const chunk of createReadStream(path)) await sink.add(chunk);
          const message = await sink.finish();
          readBytes += message.sizeBytes;
          yield {
            message,
            file,
            start: 0,
            end: message.sizeBytes,
            position: { offsetBytes: 0, lastFile: file },
            dated: (await stat(path)).mtime,
          };
        } catch (error) {
          throw readFailure(path, error, 0);
        }
      }
    },
  };
}

/** The mail files below a folder by their relative path, in the order of its characters. */
async function listMail(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return files.filter((file) => /\.eml$/i.test(file) || /(^|[/\\])(cur|new)[/\\][^/\\]+$/.test(file)).sort();
}

async function* mboxEntries(chunks: AsyncIterable<Buffer>, offsetBytes: number): AsyncGenerator<Entry> {
  for await (const { message, start, end, next, fromLine } of splitMbox(chunks, offsetBytes, receive)) {
    yield { message, file: undefined, start, end, position: { offsetBytes: next, lastFile: undefined }, dated: dateOfFromLine(fromLine) };
  }
}

async function* fileEntry(chunks: AsyncIterable<Buffer>, offsetBytes: number): AsyncGenerator<Entry> {
  if (offsetBytes > 0) return;
  const sink = receive();
  for await (const chunk of chunks) await sink.add(chunk);
  const message = await sink.finish();
  if (message.sizeBytes === 0) return;
  const position = { offsetBytes: message.sizeBytes, lastFile: undefined };
  yield { message, file: undefined, start: 0, end: message.sizeBytes, position, dated: undefined };
}

/** Undoes gzip and zstd, told by their first bytes whatever the file is called. */
function decompress(head: Buffer, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const magic = head.toString('hex', 0, 4);
  const decoder = magic.startsWith('1f8b') ? createGunzip() : magic === '28b52ffd' ? createZstdDecompress() : undefined;
  return decoder ? pipeline(Readable.from(chunks), decoder, () => {}) : chunks;
}

/** Reads at least `count` bytes ahead; `chunks` gives them again, with what follows. */
async function readAhead(source: AsyncIterable<Buffer>, count: number): Promise<{ head: Buffer; chunks: AsyncIterable<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < count) {
    const { value, done } = await iterator.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  async function* chunks() {
    try {
      if (head.length > 0) yield head;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, chunks: chunks() };
}

async function* skip(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

function readFailure(source: string, error: unknown, readCount: number): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/^(Z_|ZSTD_)/.test(code)) return mailErrors.SOURCE_DAMAGED({ source, reason: messageOf(error), readCount }, { cause: error });
  if (/^E[A-Z]+$/.test(code)) return mailErrors.SOURCE_UNREADABLE({ source, reason: messageOf(error) }, { cause: error });
  return error;
}
