/**
 * Imports real mailboxes, each into a tenant of its own, and compares every stored message with its source by SHA-256.
 * Run by hand: node blueprints/mail/test/by-hand.ts <file.mbox[.gz]> …
 */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Connect } from 'plinth/connect';
import { configure, definePlatform, openPlatform } from 'plinth/platform';
import type { Tenancy } from 'plinth/tenancy';
import { serverFolder } from '../../../tests/support/server-folder.ts';
import { type Mail, mail } from '../index.ts';
import { sha256Of } from './generated-mail.ts';

/** The messages of an mbox by the plainest means: line by line over the whole text, a blank line and `From … hh:mm … yyyy` between two. */
async function sourceHashes(path: string): Promise<string[]> {
  const file: Readable = createReadStream(path);
  const chunks = await Array.fromAsync(path.endsWith('.gz') ? file.pipe(createGunzip()) : file);
  const lines = Buffer.concat(chunks as Buffer[])
    .toString('latin1')
    .split('\n');
  const messages: string[][] = [];
  for (const [n, line] of lines.entries()) {
    const isSeparator = /^From .*\d\d:\d\d.*\d{4}/.test(line) && (n === 0 || lines[n - 1]?.trim() === '');
    if (isSeparator) messages.push([]);
    else messages.at(-1)?.push(line);
  }
  // The blank line before a separator, or at the end of the file, is not part of the message.
  return messages.map((of, n) =>
    sha256Of(Buffer.from(`${of.slice(0, n === messages.length - 1 && of.at(-2) === '' ? -2 : -1).join('\n')}\n`, 'latin1')),
  );
}

const folder = await serverFolder('plinth-by-hand-');
try {
  const configuration = configure(definePlatform({ name: 'by-hand', product: mail }), { folder });
  await using platform = await openPlatform(configuration, { level: 'migrated' });
  const { threads, import: importMail } = platform.use<Mail>('mail');
  for (const [n, path] of process.argv.slice(2).entries()) {
    const { id: tenantId } = await platform.use<Tenancy>('tenancy').create({ slug: `mailbox-${n + 1}` });
    const started = performance.now();
    const cpu = process.cpuUsage();
    const summary = await importMail({ path, tenantId, account: 'box@example.com', resume: false });
    const seconds = (performance.now() - started) / 1000;
    const cpuMs = process.cpuUsage(cpu).user / 1000;
    const again = await importMail({ path, tenantId, account: 'box@example.com', resume: false });
    const request = { tier: 'content', as: { tenantId }, tag: 'mail.by-hand' } as const;
    const { ids, counts } = await platform.use<Connect>('connect').transaction(request, async (tx) => {
      const ids = await tx.query({ text: 'select id from content.email_messages' });
      const counts = await tx.query({
        text: `select (select count(*) from content.email_threads) as threads,
          (select count(*) from content.content_objects where role = 'attachment') as attachments, (select count(*) from content.email_content) as bodies,
          (select count(*) from content.email_content where snippet <> '') as snippets,
          (select count(*) from content.objects o join content.blobs b using (tenant_id) where b.id = o.blob_id and o.kind = 'raw' and b.layout = 'recipe') as recipes`,
      });
      return { ids: ids.rows.map((row) => row.id as string), counts: counts.rows[0] };
    });
    const stored: string[] = [];
    for (const id of ids) stored.push(sha256Of(Buffer.concat(await Array.fromAsync(await threads.source(tenantId, id)))));
    const source = await sourceHashes(path);
    const kept = new Set(stored);
    const left = source.filter((hash) => !kept.has(hash)).length;
    console.log(path, {
      ...summary,
      seconds,
      perSecond: Math.round(summary.read / seconds),
      cpuMsPerMessage: cpuMs / summary.read,
      ...counts,
      again: again.imported,
      source: source.length,
      notEqual: left,
    });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
