import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type MigrationSource, tiers } from '../../../kernel/index.ts';
import { lint } from './lint.ts';

const root = join(import.meta.dirname, '../../../..');
const tiersOf: Readonly<Record<string, MigrationSource['tiers']>> = { content: ['content'], http: ['oltp'] };

/** In the order of the layers, as a platform opens them. */
function ownSources(): MigrationSource[] {
  const dirs = ['foundation', 'trust', 'data', 'serve'].flatMap((layer) =>
    globSync(`src/${layer}/*/sql/migrations`, { cwd: root }).map(dirname).sort(),
  );
  const capabilities = dirs.map((dir): MigrationSource => {
    const name = basename(dirname(dir));
    return { name, dir: join(root, dir), layout: 'capability', tiers: tiersOf[name] ?? tiers };
  });
  // Tenancy stands below whoever has rows of tenants.
  const order = ['migrate', 'partition', 'tenancy'];
  capabilities.sort((a, b) => (order.indexOf(a.name) + 1 || 9) - (order.indexOf(b.name) + 1 || 9));
  return [...capabilities, { name: 'mail', dir: join(root, 'blueprints/mail'), layout: 'product' }];
}

// The ledger has a row for each migration, and there are fewer sets: small wherever they are, and read by runs and rounds only.
const rows = { rows: 1000, bytes: 200_000 };
const ledger = { 'migrate.runs': rows, 'migrate.migrations': rows, 'migrate.steps': rows };
const production = { server: 18, applied: [], tables: { oltp: ledger } };

// Warnings that are meant so. L41: a part goes with its whole, inside one tenant.
const meant: Readonly<Record<string, readonly string[]>> = {
  'migrate/0002_record_ways_back': ['L01', 'L42', 'L46', 'L63'],
  'migrate/0006_create_data': ['L68'],
  'migrate/0011_record_without_running': ['L42', 'L63', 'L73'],
  'partition/0003_archive_in_tiers': ['L21', 'L42', 'L63'],
  'tenancy/0002_create_users': ['L73'],
  'tenancy/0004_read_while_suspended': ['L73'],
  // The registry is small: a row per tenant.
  'tenancy/0007_place_tenants': ['L01', 'L42', 'L73'],
  // What was signed keeps its text; `break_glass` is what the field calls it.
  'tenancy/0005_create_operations': ['L18', 'L68'],
  'access/0001_create_credentials': ['L68'],
  // What was signed or hashed stays text as it was written.
  'audit/0001_create_trail': ['L18'],
  'privacy/0010_create_subject_requests': ['L18'],
  'privacy/0013_create_retention': ['L18'],
  'content/0001_create_objects_and_blobs': ['L36'],
  // Named for what the rows are: ready, delayed, parked, blocked; health, progress.
  'queue/0001_create_jobs': ['L68'],
  'queue/0004_watch_the_promise': ['L68'],
  'queue/0008_create_flows': ['L68'],
  'mail/20260105090100_create_messages': ['L68'],
};

test('[I21] our own SQL has no errors, and its warnings are known', async () => {
  const { findings, files } = await lint({ sources: ownSources(), now: new Date('2026-06-01'), isAll: true, production });
  expect(files).toBeGreaterThan(8);
  const open = findings.filter(({ waived, severity }) => waived === undefined && severity === 'error');
  expect(open.map(({ id, migration, line, message }) => `${id} ${migration}:${line} ${message}`)).toEqual([]);
  const unknown = findings.filter(({ id, migration, waived }) => waived === undefined && id !== 'L41' && !meant[migration]?.includes(id));
  expect(unknown.map(({ id, migration, line, message }) => `${id} ${migration}:${line} ${message}`)).toEqual([]);
});
