import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directorySink } from '../../../foundation/partition/index.ts';
import { type Lifecycle, readArchived } from '../lifecycle/index.ts';
import type { IsolationProbe } from '../model/isolation-probe.ts';

/** Exports the one tenant and searches all that was written for what is the other's. */
export function exportProbe(lifecycle: Pick<Lifecycle, 'export'>): IsolationProbe {
  return {
    path: 'export',
    async probe({ own, attempt, signal }) {
      await attempt({ target: 'tenancy.export', role: 'operator', statement: `plinth tenancy export ${own.slug}` }, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'plinth-certify-'));
        try {
          const manifest = await lifecycle.export(own.id, { folder }, signal ? { signal } : {});
          const files = [manifest.users, ...manifest.tables, ...manifest.data.flatMap(({ pieces }) => pieces)];
          const sink = directorySink(folder);
          const contents = await Promise.all(files.map(async (file) => Buffer.concat(await Array.fromAsync(readArchived(sink, file)))));
          // Ids in binary rows are sixteen bytes: written out as PostgreSQL does.
          const written = contents.flatMap((bytes) => [bytes.toString('latin1'), uuidsIn(bytes)]);
          return [JSON.stringify(manifest), (await readdir(folder, { recursive: true })).join('\n'), ...written].join('\n');
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      });
    },
  };
}

/** Every field of sixteen bytes in binary COPY: a length of 16, then the bytes. */
function uuidsIn(bytes: Buffer): string {
  const found: string[] = [];
  for (let at = bytes.indexOf(lengthOfUuid); at >= 0; at = bytes.indexOf(lengthOfUuid, at + 1)) {
    found.push(bytes.toString('hex', at + 4, at + 20).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
  }
  return found.join('\n');
}
const lengthOfUuid = Buffer.from([0, 0, 0, 16]);
