import { createHash, hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { longestHeader } from '../model/header.ts';
import type { Sink } from '../model/mbox.ts';

/** Larger messages are kept in a temporary file while they are read, so that memory stays flat. */
export const memoryLimitBytes = 16 * 1024 * 1024;

/** A message as it was read. Dispose it when it is stored: a large one has a temporary file. */
export interface Received extends AsyncDisposable {
  readonly sizeBytes: number;
  readonly sha256: Buffer;
  /** The whole message, or undefined for a large one. */
  readonly raw: Buffer | undefined;
  /** Enough of it for the header. */
  readonly head: Buffer;
  bytes(): AsyncIterable<Uint8Array>;
}

/** Collects one message, in memory up to `memoryLimitBytes`, then in a file. */
export function receive(limitBytes = memoryLimitBytes): Sink<Received> {
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  let spool: { readonly path: string; readonly file: FileHandle } | undefined;
  let head = Buffer.alloc(0);
  const digest = createHash('sha256');

  const spill = async () => {
    const path = join(tmpdir(), `plinth-mail-${randomUUID()}`);
    spool = { path, file: await open(path, 'wx', 0o600) };
    const held = Buffer.concat(parts);
    head = Buffer.from(held.subarray(0, longestHeader));
    digest.update(held);
    await spool.file.writeFile(held);
    parts = [];
  };

  return {
    add(bytes) {
      sizeBytes += bytes.length;
      if (spool) {
        digest.update(bytes);
        return spool.file.writeFile(bytes);
      }
      parts.push(bytes);
      return sizeBytes > limitBytes ? spill() : undefined;
    },
    async finish() {
      if (!spool) {
        const raw = Buffer.concat(parts);
        return {
          sizeBytes,
          sha256: hash('sha256', raw, 'buffer'),
          raw,
          head: raw,
          async *bytes() {
            yield raw;
          },
          async [Symbol.asyncDispose]() {},
        };
      }
      const { path, file } = spool;
      await file.close();
      return {
        sizeBytes,
        sha256: digest.digest(),
        raw: undefined,
        head,
        bytes: () => createReadStream(path),
        [Symbol.asyncDispose]: () => rm(path, { force: true }),
      };
    },
  };
}
