import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { configure, definePlatform, openPlatform } from 'plinth/platform';
import type { Tenancy } from 'plinth/tenancy';
import { type Mail, mail } from '../blueprints/mail/index.ts';
import { asMbox, generateMail } from '../blueprints/mail/test/generated-mail.ts';
import { serverFolder } from '../tests/support/server-folder.ts';
import type { Bench, BenchResult } from './bench.ts';

const generatedMessages = 5_000;
const barPerSecond = 400;

/** The mailboxes to import: PLINTH_BENCH_MAIL (separated by commas), the arguments, or one that is generated. */
async function mailboxes(folder: string): Promise<string[]> {
  const given = process.env.PLINTH_BENCH_MAIL?.split(',') ?? (import.meta.main ? process.argv.slice(2) : []);
  if (given.length > 0) return given;
  const path = join(folder, 'generated.mbox');
  const chunks = Iterator.from(generateMail(generatedMessages)).map(({ raw }) => asMbox([raw]));
  await pipeline(Readable.from(chunks), createWriteStream(path));
  return [path];
}

const mebibytes = (bytes: number) => Math.round(bytes / 1024 / 1024);

/** Imports each mailbox into a tenant of a fresh embedded platform: all tiers, deduplication, compression and facts included. */
async function run(): Promise<BenchResult> {
  const folder = await serverFolder('plinth-bench-mail-');
  try {
    const options = { cluster: { port: 0 } };
    await using platform = await openPlatform(configure(definePlatform({ name: 'bench', product: mail, options }), { folder }), {
      level: 'migrated',
    });
    const rows: (string | number)[][] = [];
    const ratios: Record<string, number> = {};
    for (const [number, path] of (await mailboxes(folder)).entries()) {
      const { id: tenantId } = await platform.use<Tenancy>('tenancy').create({ slug: `bench-${number}` });
      const memory: { share: number; rss: number }[] = [];
      const cpu = process.cpuUsage();
      const started = performance.now();
      const summary = await platform.use<Mail>('mail').import({
        path,
        tenantId,
        account: 'bench@example.com',
        resume: false,
        onProgress: ({ readBytes, totalBytes }) => memory.push({ share: readBytes / (totalBytes ?? 1), rss: process.memoryUsage.rss() }),
      });
      const seconds = (performance.now() - started) / 1000;
      const cpuMs = process.cpuUsage(cpu).user / 1000 / summary.read;
      const peak = (share: number) => mebibytes(Math.max(...memory.slice(0, Math.ceil(memory.length * share)).map(({ rss }) => rss)));
      const perSecond = Math.round(summary.read / seconds);
      rows.push([path, summary.read, summary.imported, perSecond, Math.round(cpuMs * 100) / 100, peak(1 / 3), peak(2 / 3), peak(1)]);
      ratios[`messages/s of ${barPerSecond} (${number + 1})`] = perSecond / barPerSecond;
      ratios[`memory at the end / at a third (${number + 1})`] = peak(1) / peak(1 / 3);
    }
    const columns = ['mailbox', 'messages', 'imported', 'messages/s', 'CPU ms/message', 'peak MiB at 1/3', 'at 2/3', 'at the end'];
    return { columns, rows, ratios };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const bench: Bench = {
  name: 'mail-import',
  claim: `A mailbox is imported into all tiers at ${barPerSecond} messages a second or more on two cores, with flat memory.`,
  run,
};

export default bench;

if (import.meta.main) {
  const { columns, rows, ratios } = await run();
  console.log([columns, ...rows].map((row) => row.join('\t')).join('\n'));
  console.log(ratios);
}
