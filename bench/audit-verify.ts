import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventBus, silentLog, systemClock, withDefaults } from '../src/kernel/index.ts';
import { auditOptions, openAudit } from '../src/trust/audit/index.ts';
import type { Bench } from './bench.ts';
import { openScratch } from './tenancy/scratch.ts';

const events = 1_000_000;
const perTransaction = 10_000;

const bench: Bench = {
  name: 'audit-verify',
  claim: 'the proof that a trail of a million events is whole reads at least 100,000 events per second',
  async run() {
    await using scratch = await openScratch(['trust/audit']);
    const dataDir = await mkdtemp(join(tmpdir(), 'plinth-bench-audit-'));
    const deps = {
      connect: scratch.connect,
      tenancy: scratch.tenancy,
      clock: systemClock,
      log: silentLog,
      events: createEventBus(),
      dataDir,
      classification: () => undefined,
    };
    await using audit = await openAudit(deps, withDefaults(auditOptions));
    // As a trigger writes them for an update of one row.
    for (let made = 0; made < events; made += perTransaction) {
      await scratch.prepare(
        `insert into audit.events (tenant_id, kind, action, target_type, target_id, row_count, keys, key_hashes, changes)
           select '0199aaaa-0000-7000-8000-000000000001', 'change', 'update', 'table', 'shop.orders', 1, array[k.key], array[audit.key_hash(k.key)],
             json_build_object('status', json_build_object('old', json_build_array('new'), 'new', json_build_array('paid ' || n)))
           from generate_series(${made + 1}, ${made + perTransaction}) n cross join lateral (select lpad(to_hex(n), 32, '0') as key) k`,
      );
    }
    await scratch.prepare('vacuum analyze audit.events');
    const sealStarted = performance.now();
    await audit.chain.seal();
    const sealMs = performance.now() - sealStarted;
    const { findings, durationMs, status } = await audit.chain.verify();
    if (findings.length > 0) throw new Error(JSON.stringify(findings[0]));
    const sealed = status.reduce((sum, one) => sum + one.sealedEvents, 0);
    await rm(dataDir, { recursive: true });
    return {
      columns: ['step', 'events', 'per second'],
      rows: [
        ['seal', sealed, Math.round((sealed * 1_000) / sealMs)],
        ['verify', sealed, Math.round((sealed * 1_000) / durationMs)],
      ],
      ratios: { 'verified / 100,000 per second': (sealed * 1_000) / durationMs / 100_000 },
    };
  },
};
export default bench;
