import { open } from 'node:fs/promises';

const chunkBytes = 1 << 20;

/**
 * Gives the lines that were written to a file since the last call, the first time none: what stands there is past. A file
 * that was replaced or emptied is read from its beginning. A line without its end waits for the next call.
 */
export function followLog(file: string): () => Promise<readonly string[]> {
  let place: { inode: number; offset: number } | undefined;
  let rest = '';
  return async () => {
    const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!handle) return [];
    try {
      const { ino, size } = await handle.stat();
      if (!place) {
        place = { inode: ino, offset: size };
        return [];
      }
      const isSame = place.inode === ino && size >= place.offset;
      let offset = isSame ? place.offset : 0;
      if (!isSame) rest = '';
      const lines: string[] = [];
      const buffer = Buffer.alloc(Math.min(chunkBytes, Math.max(1, size - offset)));
      while (offset < size) {
        const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - offset), offset);
        if (bytesRead === 0) break;
        offset += bytesRead;
        const parts = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
        rest = parts.pop() ?? '';
        lines.push(...parts);
      }
      place = { inode: ino, offset };
      // The server logs the names of roles as UTF-8; a cut in the middle of one would have spoiled it.
      return lines.map((text) => Buffer.from(text, 'latin1').toString('utf8'));
    } finally {
      await handle.close();
    }
  };
}
