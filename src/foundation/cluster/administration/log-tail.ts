import { open } from 'node:fs/promises';

const chunkBytes = 256 * 1024;

/** The last lines of a log; an empty array when the file does not exist. Reads at most the last 256 KiB. */
export async function lastLines(path: string, count: number): Promise<readonly string[]> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, chunkBytes));
    await handle.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count);
  } finally {
    await handle.close();
  }
}
