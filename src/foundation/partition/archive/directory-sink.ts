import { createReadStream } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArchiveSink } from './types.ts';

/** Archives as files below a folder that is made on demand. A file is there whole or not at all. */
export function directorySink(folder: string): ArchiveSink {
  return {
    async write(path, bytes) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      const unfinished = `${target}.part`;
      await using file = await open(unfinished, 'w', 0o600);
      for await (const piece of bytes) await file.write(piece);
      await file.sync();
      await rename(unfinished, target);
      // The name, too, has to survive a crash.
      await using place = await open(dirname(target), 'r');
      await place.sync();
    },
    read: (path) => createReadStream(join(folder, path)),
    locate: (path) => join(folder, path),
  };
}
