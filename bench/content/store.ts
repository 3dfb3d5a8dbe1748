import { rm } from 'node:fs/promises';
import type { Content, StoredMessage } from '../../src/data/content/index.ts';
import type { Connect, TenantSubject } from '../../src/foundation/connect/index.ts';
import { silentLog, uuidv7 } from '../../src/kernel/index.ts';
import { configure, openPlatform } from '../../src/platform/index.ts';
import type { Tenancy } from '../../src/trust/tenancy/index.ts';
import { serverFolder } from '../../tests/support/server-folder.ts';

export const batchSize = 200;

export interface BenchStore extends AsyncDisposable {
  readonly content: Content;
  readonly tenancy: Tenancy;
  readonly connect: Connect;
  readonly subject: TenantSubject;
  /** Statements of the peer and about both, as owner. */
  sql(text: string, values?: unknown[]): Promise<Record<string, number>[]>;
  putBatch(messages: readonly Buffer[]): Promise<readonly StoredMessage[]>;
}

/** A platform on a server of its own with default settings: every commit waits for the disk. With a plain table as the peer. */
export async function openStore(): Promise<BenchStore> {
  await using stack = new AsyncDisposableStack();
  const folder = await serverFolder('plinth-bench-');
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const configuration = configure({ name: 'bench', options: { cluster: { engine: 'embedded', port: 0 } } }, { folder });
  const platform = stack.use(await openPlatform(configuration, { level: 'migrated', log: silentLog }));
  const [content, tenancy, connect] = [
    platform.use<Content>('content'),
    platform.use<Tenancy>('tenancy'),
    platform.use<Connect>('connect'),
  ];
  const subject = { tenantId: (await tenancy.create({ slug: 'bench' })).id };
  const sql: BenchStore['sql'] = (text, values = []) =>
    connect.transaction({ tier: 'content', as: 'owner', tag: 'bench.sql' }, async (tx) => (await tx.query({ text, values })).rows);
  await sql('create schema bench; grant usage on schema bench to plinth_app');
  for (const table of ['raw', 'objects']) {
    await sql(`create table bench.${table} (
      tenant_id uuid not null references tenancy.tenants (id), id uuid not null, bytes bytea not null, primary key (tenant_id, id))`);
    await sql(`select tenancy.protect('bench.${table}')`);
  }
  const held = stack.move();
  return {
    content,
    tenancy,
    connect,
    subject,
    sql,
    putBatch: (messages) =>
      tenancy.run(subject, { tier: 'content', tag: 'bench.put' }, (tx) =>
        content.putMessages(
          tx,
          subject,
          messages.map((raw) => ({ raw, ownerTable: 'bench.messages', ownerId: uuidv7(), created: new Date() })),
        ),
      ),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** The peer: the bytes as they are into a plain table, in one statement; the batch travels as one value, as ours does. */
export async function insertPlain(store: BenchStore, table: 'raw' | 'objects', batch: readonly Buffer[]): Promise<void> {
  const starts: number[] = [];
  let next = 1;
  for (const bytes of batch) {
    starts.push(next);
    next += bytes.length;
  }
  const text = `insert into bench.${table} select $1, p.id, substring($2::bytea from p.start for p.length)
    from unnest($3::uuid[], $4::int[], $5::int[]) as p (id, start, length)`;
  const values = [store.subject.tenantId, Buffer.concat(batch), batch.map(() => uuidv7()), starts, batch.map((bytes) => bytes.length)];
  await store.tenancy.run(store.subject, { tier: 'content', tag: 'bench.plain' }, (tx) =>
    tx.query({ text, values, name: `bench_${table}` }),
  );
}

/** The bytes of the bodies and attachments of messages. */
export async function partsOf({ content, subject }: BenchStore, messages: readonly StoredMessage[]): Promise<Buffer[]> {
  const bytes: Buffer[] = [];
  for (const part of messages.flatMap((message) => [...message.bodies, ...message.attachments])) {
    bytes.push(Buffer.concat(await Array.fromAsync(content.get(subject, part.id))));
  }
  return bytes;
}

export function batches<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
