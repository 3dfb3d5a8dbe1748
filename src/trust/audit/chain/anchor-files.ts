import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tier } from '../../../kernel/index.ts';
import { auditErrors } from '../errors.ts';
import { hashOfLine, readLines, toLine } from './model/anchor-line.ts';
import type { AnchorRecord, Anchors } from './types.ts';

/** A file per tier and month, a line per record, only ever added to. `keyFile` is made when it is not there. */
export function anchorFiles(folder: string, keyFile: string): Anchors {
  // What this process wrote last, per tier, and how long its file was then: another length means another wrote.
  const ends = new Map<Tier, { readonly file: string; readonly sizeBytes: number; readonly last: string }>();
  let key: Promise<KeyObject> | undefined;
  const signingKey = () => {
    key ??= readKey(keyFile);
    return key;
  };

  const filesOf = async (tier: Tier) =>
    (await readdir(folder).catch(unlessMissing([]))).filter((name) => name.startsWith(`${tier}-`) && name.endsWith('.jsonl')).toSorted();

  const readAll = async (tier: Tier) => {
    const records: AnchorRecord[] = [];
    let last = '';
    for (const name of await filesOf(tier)) {
      const found = readLines(await readFile(join(folder, name), 'utf8'), last, await signingKey());
      if (found.broken) throw auditErrors.BROKEN_ANCHOR({ file: join(folder, name), ...found.broken });
      records.push(...found.records);
      last = found.last;
    }
    return { records, last };
  };

  return {
    read: async (tier) => (await readAll(tier)).records,
    async append(record) {
      const { tier, at } = record;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, `${tier}-${at.slice(0, 7)}.jsonl`);
      const handle = await open(file, 'a+', 0o600);
      try {
        const { size } = await handle.stat();
        const end = ends.get(tier);
        const last = end?.file === file && end.sizeBytes === size ? end.last : (await readAll(tier)).last;
        const line = toLine(record, last, await signingKey());
        const text = `${(await endsInLine(handle, size)) ? '' : '\n'}${line}\n`;
        await handle.appendFile(text);
        await handle.datasync();
        ends.set(tier, { file, sizeBytes: size + Buffer.byteLength(text), last: hashOfLine(line) });
        if (size === 0) await syncFolder(folder);
      } finally {
        await handle.close();
      }
    },
  };
}

/** False after a piece of a line, left by a process that was killed. */
async function endsInLine(handle: Awaited<ReturnType<typeof open>>, size: number): Promise<boolean> {
  if (size === 0) return true;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

/** A new file is in its folder for good only when that is written too. Not every system lets one. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function readKey(file: string): Promise<KeyObject> {
  const known = await readFile(file, 'utf8').catch(unlessMissing(undefined));
  if (known !== undefined) return createPrivateKey(known);
  const { privateKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(file), { recursive: true });
  // Written aside and linked: of two that are first at once, both take the one that was there first.
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await link(aside, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(aside);
  return createPrivateKey(await readFile(file, 'utf8'));
}

const unlessMissing =
  <T>(value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
