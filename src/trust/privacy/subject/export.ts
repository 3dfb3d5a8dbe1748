import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Filled } from '../../../kernel/index.ts';
import { subjectErrors } from './errors.ts';
import type { ExportSink, Person, PersonExport, StepBounds, SubjectStore } from './types.ts';

type WrittenFile = PersonExport['files'][number];

/**
 * Writes what every store has of the person below `folder`: `<store>/<name>.jsonl`, files, and `manifest.json` with their hashes. Written
 * beside it under another name and renamed at the end, so that a folder of that name is always whole.
 *
 * @throws PLINTH_PRIVACY_FOLDER_EXISTS
 */
export async function writeExport(
  stores: readonly Filled<SubjectStore>[],
  person: Person,
  folder: string,
  about: Readonly<Record<string, unknown>>,
  bounds: StepBounds,
): Promise<readonly WrittenFile[]> {
  if (
    await access(folder).then(
      () => true,
      () => false,
    )
  )
    throw subjectErrors.FOLDER_EXISTS({ folder });
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const files: WrittenFile[] = [];
  for (const { by, value } of stores) await value.export(person, sinkOf(unfinished, by, files, bounds.signal), bounds);
  await writeFile(join(unfinished, 'manifest.json'), `${JSON.stringify({ ...about, files }, null, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, folder);
  return files;
}

function sinkOf(folder: string, store: string, files: WrittenFile[], signal: AbortSignal): ExportSink {
  async function write(name: string, chunks: AsyncIterable<Uint8Array | string>): Promise<Pick<WrittenFile, 'sizeBytes' | 'sha256'>> {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const counted = async function* () {
      for await (const chunk of chunks) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        hash.update(bytes);
        sizeBytes += bytes.length;
        yield bytes;
      }
    };
    await pipeline(counted, createWriteStream(path, { mode: 0o600, flags: 'wx' }), { signal });
    return { sizeBytes, sha256: hash.digest('hex') };
  }

  return {
    async records(name, records) {
      let count = 0;
      const lines = async function* () {
        for await (const record of records) {
          count++;
          yield `${JSON.stringify(record)}\n`;
        }
      };
      const path = `${store}/${safe(name)}.jsonl`;
      const written = await write(path, lines());
      if (count > 0) files.push({ name: path, ...written, records: count });
      else await rm(join(folder, path));
    },
    async file(name, bytes) {
      const path = `${store}/${safe(name)}`;
      files.push({ name: path, ...(await write(path, bytes)) });
    },
  };
}

/** Names come from tables and from people: no way out of the folder, nothing a file system refuses. */
const safe = (name: string) =>
  name
    .split('/')
    .map(
      (part) =>
        part
          .replaceAll(/[^\p{L}\p{N}._ -]/gu, '_')
          .replace(/^\.+/, '_')
          .slice(0, 120) || '_',
    )
    .join('/');
