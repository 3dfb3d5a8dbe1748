import type { Connect } from '../../foundation/connect/index.ts';
import type { Clock, EventBus } from '../../kernel/index.ts';
import type { ScannedTable } from './model/catalog.ts';
import { compareCoverage, mapTables } from './model/coverage.ts';
import { Decisions, writePlace } from './model/places.ts';
import type { Place, PlaceFilter, Privacy, TablePlace } from './model/types.ts';
import type { PrivacyOptions } from './options.ts';
import type { OpenRegistry } from './registry.ts';
import { look, readTables } from './scan/index.ts';

export interface ScannerDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly registry: OpenRegistry;
  /** Called and awaited when what holds for columns may be another. */
  changed(): Promise<unknown>;
}

/** What looks at tables and their rows, for the register. */
export function openScanner(
  { connect, clock, events, registry, changed }: ScannerDeps,
  options: PrivacyOptions,
): Pick<Privacy, 'scan' | 'check' | 'map'> {
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

  return {
    map: async () => mapTables(await readTables(connect), new Decisions(await registry.list(), firstTier)),
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
      if (written + removed > 0) await changed();
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
