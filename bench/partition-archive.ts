import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { to as copyTo } from 'pg-copy-streams';
import { serverFolder } from '../tests/support/server-folder.ts';
import type { Bench } from './bench.ts';
import { benchRows, fill, openPartitionScratch } from './partition/scratch.ts';

const bench: Bench = {
  name: 'partition-archive',
  claim:
    'an archive with its proof (hash, export, read-back) takes at most 2.5 times a bare COPY through zstd 9 (pg_dump is measured in the lab)',
  async run() {
    const count = benchRows(1_000_000);
    await using scratch = await openPartitionScratch();
    const { client, partition } = scratch;
    await client.query(
      'create table shop.year (id uuid not null default uuidv7(), created timestamptz not null, amount integer not null, note text not null, primary key (id, created)) partition by range (created)',
    );
    await client.query('select partition.manage($1::regclass, $2)', [
      'shop.year',
      JSON.stringify({ by: 'time', key: 'created', every: 'year', keep: '1 day', archive: 'file' }),
    ]);
    await partition.ensure('shop.year', '2024-01-01', '2025-01-01');
    await fill(scratch, 'year', count);
    const folder = await serverFolder('plinth-bench-copy-');
    const bareMs = await scratch.time(() =>
      pipeline(
        client.query(copyTo('copy (select * from shop.year) to stdout')),
        createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 9 } }),
        createWriteStream(join(folder, 'year.copy.zst')),
      ),
    );
    await rm(folder, { recursive: true });
    global.gc?.();
    const before = process.memoryUsage.rss();
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
    const archiveMs = await scratch.time(() => partition.retain({ table: 'shop.year' }));
    clearInterval(watch);
    const [archive] = await partition.archives();
    if (archive?.rows !== count || !archive.verified) throw new Error('not archived');
    return {
      columns: ['way', 'rows', 'ms', 'bytes', 'memory grown by, MB'],
      rows: [
        ['COPY through zstd 9, not looked at again', count, bareMs, archive.sizeBytes, ''],
        ['detach, hash, export, read back, compare, drop', count, archiveMs, archive.sizeBytes, (peak - before) / 1e6],
      ],
      ratios: { 'with proof to without': archiveMs / bareMs },
    };
  },
};
export default bench;
