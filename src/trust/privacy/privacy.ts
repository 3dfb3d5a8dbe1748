import type { Connect } from '../../foundation/connect/index.ts';
import type { Holds } from '../../foundation/partition/index.ts';
import type { Clock, EventBus, Filled } from '../../kernel/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Crypto } from '../crypto/index.ts';
import { type AuditEntry, signingKey, type Tenancy } from '../tenancy/index.ts';
import { openAnonymizer } from './anonymize/index.ts';
import { auditClassification } from './audit-classification.ts';
import { openMasking } from './masking/index.ts';
import type { ScannedTable } from './model/catalog.ts';
import { compareCoverage, mapTables } from './model/coverage.ts';
import { Decisions, writePlace } from './model/places.ts';
import type { Place, PlaceFilter, Privacy, TablePlace } from './model/types.ts';
import type { PrivacyOptions } from './options.ts';
import { recordsOf } from './records.ts';
import { openRegistry } from './registry.ts';
import { openRetention } from './retention/index.ts';
import { look, readTables } from './scan/index.ts';
import { openSubjects, type SubjectStore } from './subject/index.ts';

export interface PrivacyDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly tenancy: Pick<Tenancy, 'find'>;
  readonly crypto: Pick<Crypto, 'table'>;
  readonly audit: Pick<Audit, 'record' | 'refresh'>;
  /** Absolute; holds the key that signs certificates. */
  readonly dataDir: string;
  /** Schemas of the platform's own capabilities. */
  readonly platformSchemas: readonly string[];
  readonly subjectStores: () => readonly Filled<SubjectStore>[];
  readonly holds: () => Holds | undefined;
}

// For locks, and for transactions that still may see what was erased.
const patienceMs = 5 * 60_000;

/** Opens privacy on an up-to-date schema. */
export async function openPrivacy(deps: PrivacyDeps, options: PrivacyOptions): Promise<Privacy> {
  const { connect, clock, events } = deps;
  const registry = openRegistry({ connect, events, changed: () => deps.audit.refresh() });
  const { firstTier } = registry;
  // The numbering plans of all countries are large: they are loaded by the first scan, not at each start.
  const lookDeps = async () => {
    const { examinerOf } = await import('./recognise/index.ts');
    const examine = examinerOf({ phoneCountries: options.phoneCountries, thisYear: clock.now().getUTCFullYear() });
    return { connect, examine, sampleRows: options.sampleRows, sampleTimeoutMs: options.sampleTimeoutMs };
  };

  const tablesOf = async ({ tier, schema, table }: PlaceFilter, signal?: AbortSignal) =>
    (await readTables(connect, signal)).filter(
      ({ place }) =>
        (tier === undefined || place.tier === firstTier[tier]) &&
        (schema === undefined || place.schema === schema) &&
        (table === undefined || place.table === table),
    );
  const map = async () => mapTables(await readTables(connect), new Decisions(await registry.list(), firstTier));

  const record = (entry: AuditEntry) => deps.audit.record(entry);
  const key = () => signingKey(deps.dataDir);
  const subjects = openSubjects({
    connect,
    clock,
    registry,
    tenancy: deps.tenancy,
    cipher: (tenantId) => deps.crypto.table({ tenantId, table: 'privacy.requests', tier: 'oltp' }),
    record,
    signingKey: key,
    stores: deps.subjectStores,
    holds: deps.holds,
    rewriteMaxBytes: options.rewriteMaxBytes,
    patienceMs,
  });
  const { platformSchemas } = deps;

  return {
    registry,
    subjects,
    masking: openMasking({ connect, registry, platformSchemas }),
    anonymizer: openAnonymizer({ connect, registry, platformSchemas, clock }),
    retention: openRetention({ connect, clock, registry, record, signingKey: key, holds: deps.holds }),
    map,
    records: recordsOf(connect, map),
    auditClassification: auditClassification(registry),
    async scan({ only = {}, ...request } = {}) {
      const tables = await tablesOf(only, request.signal);
      const { findings, rowCount, unread } = await look(await lookDeps(), tables, request);
      const isUnread = new Set(unread.map(({ place }) => writePlace(place)));
      const wasRead = ({ tier, schema, table }: TablePlace) => !isUnread.has(writePlace({ tier, schema, table }));
      const known = new Decisions(await registry.list(only), firstTier);
      const own = findings.filter(({ place }) => !isDerived(tables, place));
      // A name says less than an earlier look at the values did.
      const recorded = own.filter(({ place }) => wasRead(place) || !known.of(place));
      const read = tables.filter(({ place }) => wasRead(place));
      const { written, removed } = await registry.record(recorded, read, Object.keys(only).length === 0 ? tables : undefined);
      if (written + removed > 0) await deps.audit.refresh();
      const details = { tables: tables.length, rows: rowCount, findings: own.length };
      events.emit('audited', { action: 'privacy.scan', success: true, affectedRows: written + removed, details });
      return {
        tableCount: tables.length,
        columnCount: tables.reduce((sum, { columns }) => sum + columns.length, 0),
        rowCount,
        findings: own,
        writtenCount: written,
        removedCount: removed,
        unread,
      };
    },
    async check({ only = {}, isStrict = false, isSampled = false, ...request } = {}) {
      const tables = await tablesOf(only, request.signal);
      const [{ findings }, classifications] = await Promise.all([
        look(await lookDeps(), tables, { ...request, isSampled }),
        registry.list(only),
      ]);
      const mapped = mapTables(tables, new Decisions(classifications, firstTier));
      const result = compareCoverage(mapped, findings, classifications, firstTier);
      return isStrict ? result : { ...result, undecided: [] };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What a view takes from a table is classified there and follows. */
const isDerived = (tables: readonly ScannedTable[], { tier, schema, table, column }: Place) =>
  tables.some(
    ({ place, isView, columns }) =>
      isView &&
      place.tier === tier &&
      place.schema === schema &&
      place.table === table &&
      columns.some(({ name, sources }) => name === column && sources.length > 0),
  );
