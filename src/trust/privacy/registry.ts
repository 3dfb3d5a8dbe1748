import type { Connect, Transaction } from '../../foundation/connect/index.ts';
import { stateOf } from '../../foundation/migrate/index.ts';
import { type EventBus, type Tier, together } from '../../kernel/index.ts';
import { privacyErrors } from './errors.ts';
import type { ScannedTable } from './model/catalog.ts';
import type { Category } from './model/categories.ts';
import { Decisions, firstTiers, parsePlace, writePlace, writeTable } from './model/places.ts';
import type { Classification, ClassificationLevel, Decision, Finding, Place, Registry, TablePlace } from './model/types.ts';
import { readTables } from './scan/index.ts';
import {
  classifyColumns,
  dropFindingsOfGoneTables,
  dropStaleFindings,
  forgetPlace,
  type ListClassificationsRow,
  listClassifications,
  listOfTables,
  putFindings,
  readColumnNames,
} from './sql/queries/queries.gen.ts';

export interface RegistryDeps {
  readonly connect: Connect;
  readonly events: EventBus;
  /** Called and awaited when what holds for columns may be another: the trail has to conceal what is confidential now. */
  changed(): Promise<unknown>;
}

/** The register, and how a scan writes into it. */
export interface OpenRegistry extends Registry {
  readonly firstTier: Readonly<Record<Tier, Tier>>;
  /** Records findings of the tables that were looked at; `all` is every table there is, when all were. */
  record(
    findings: readonly Finding[],
    looked: readonly ScannedTable[],
    all: readonly ScannedTable[] | undefined,
  ): Promise<{ readonly written: number; readonly removed: number }>;
}

export function openRegistry({ connect, events, changed }: RegistryDeps): OpenRegistry {
  const work = <T>(isReadOnly: boolean, body: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'oltp', as: 'owner', tag: 'privacy.registry', isReadOnly }, body);
  const firstTier = firstTiers((tier) => connect.databaseKey(tier));
  const sameDatabase = (tier: Tier) => (Object.keys(firstTier) as Tier[]).filter((other) => firstTier[other] === firstTier[tier]);

  const list: Registry['list'] = async ({ tier, schema, table } = {}) => {
    const rows = await work(true, (tx) => listClassifications.all(tx, { schema: schema ?? null, table: table ?? null }));
    return rows.map(toClassification).filter(({ place }) => tier === undefined || firstTier[place.tier] === firstTier[tier]);
  };
  /** Of this very place: what holds for its table is another. */
  const foundAt = async (place: Place) =>
    new Decisions(
      (await list(place)).filter((one) => one.place.column === place.column),
      firstTier,
    ).of(place);
  const told = (action: string, place: Place, details: Readonly<Record<string, unknown>>) =>
    events.emit('audited', {
      action: `privacy.${action}`,
      success: true,
      target: { type: place.column ? 'column' : 'table', id: writePlace(place) },
      details,
    });

  const decide = async ({ place, ...decision }: Decision): Promise<Classification> => {
    const { level, category, sensitivity, isEncryptionRequired, retentionYears, compliance, reason } = decision;
    const written = { level, category, sensitivity, encrypt: isEncryptionRequired, retention_years: retentionYears, compliance, reason };
    await work(false, (tx) =>
      classifyColumns.one(tx, {
        tier: place.tier,
        target: writeTable(place),
        decisions: JSON.stringify({ [place.column ?? '*']: written }),
      }),
    ).catch((error: unknown) => {
      throw toRefusal(error);
    });
    const decided = (await foundAt(place)) as Classification;
    told('classify', place, { level: decided.level, ...(decided.category && { category: decided.category }) });
    return decided;
  };

  const known = async (place: Place): Promise<Classification> => {
    const found = await foundAt(place);
    if (!found) throw privacyErrors.NOT_DECIDED({ place: writePlace(place) });
    return found;
  };

  const ofTables = async (_: '', places: readonly TablePlace[]): Promise<readonly Readonly<Record<string, Classification>>[]> => {
    const named = { schemas: places.map(({ schema }) => schema), tables: places.map(({ table }) => table) };
    const rows = await work(true, (tx) => listOfTables.all(tx, named));
    const decisions = new Decisions(rows.map(toClassification), firstTier);
    const held = places.map((): Record<string, Classification> => ({}));
    const readColumns = async (tier: Tier) => {
      const request = { tier, as: 'owner', tag: 'privacy.columns', isReadOnly: true } as const;
      for (const { position, name } of await connect.transaction(request, (tx) => readColumnNames.all(tx, named))) {
        const place = places[position - 1];
        const found = place && firstTier[place.tier] === tier ? decisions.of({ ...place, column: name }) : undefined;
        if (found) (held[position - 1] as Record<string, Classification>)[name] = found;
      }
    };
    await Promise.all([...new Set(places.map(({ tier }) => firstTier[tier]))].map(readColumns));
    return held;
  };
  const ofTable = together(ofTables, { isOfOne: () => false });

  return {
    firstTier,
    list,
    async find(text) {
      const asked = parsePlace(text);
      if (!asked) throw privacyErrors.MALFORMED_PLACE({ place: text });
      return findPlace(await readTables(connect), asked, text, firstTier);
    },
    async classify(decision) {
      const { place } = decision;
      findPlace(await readTables(connect), place, writePlace(place), firstTier);
      const decided = await decide(decision);
      await changed();
      return decided;
    },
    async confirm(...places) {
      const confirmed: Classification[] = [];
      for (const place of places) {
        const { confidence: _, source: __, created: ___, ...found } = await known(place);
        confirmed.push(await decide({ ...found, reason: `confirmed: ${found.reason}` }));
      }
      await changed();
      return confirmed;
    },
    async forget(place) {
      await known(place);
      const { schema, table, column = null } = place;
      await work(false, (tx) => forgetPlace.run(tx, { tiers: sameDatabase(place.tier), schema, table, column }));
      told('forget', place, {});
      await changed();
    },
    ofTable: (place) => ofTable('', place),
    record: (findings, looked, all) =>
      work(false, async (tx) => {
        const found = Map.groupBy(findings, ({ place }) => writeTable(place) + place.tier);
        const scanned = looked.map(({ place }) => ({
          ...place,
          columns: (found.get(writeTable(place) + place.tier) ?? []).map((finding) => finding.place.column),
        }));
        const rows = findings.map(({ place, category, confidence, reason }) => ({ ...place, category, confidence, reason }));
        let removed = await dropStaleFindings.run(tx, { scanned: JSON.stringify(scanned) });
        for (const [tier, tables] of all ? Map.groupBy(all, ({ place }) => place.tier) : []) {
          const places = tables.map(({ place: { schema, table } }) => ({ schema, table }));
          removed += await dropFindingsOfGoneTables.run(tx, { tier, tables: JSON.stringify(places) });
        }
        return { written: await putFindings.run(tx, { findings: JSON.stringify(rows) }), removed };
      }),
  };
}

function findPlace(
  tables: readonly ScannedTable[],
  asked: Omit<Place, 'tier'> & { readonly tier?: Tier },
  text: string,
  firstTier: Record<Tier, Tier>,
): Place {
  const { tier, schema, table, column } = asked;
  const inTier = tables.filter(({ place }) => tier === undefined || place.tier === firstTier[tier]);
  const found = inTier.find(({ place }) => place.schema === schema && place.table === table);
  if (found && (column === undefined || found.columns.some(({ name }) => name === column))) {
    return { ...found.place, ...(tier && { tier }), ...(column !== undefined && { column }) };
  }
  const similar = found
    ? found.columns
        .filter(({ name }) => name.includes(column ?? '') || column?.includes(name))
        .map(({ name }) => writePlace({ ...found.place, column: name }))
    : inTier.filter(({ place }) => place.table === table).map(({ place }) => writePlace({ ...place, column }));
  throw privacyErrors.UNKNOWN_PLACE({ place: text, similar: similar.slice(0, 3) });
}

const toClassification = (row: ListClassificationsRow): Classification => ({
  place: {
    tier: row.tier as Tier,
    schema: row.schema_name,
    table: row.table_name,
    ...(row.column_name !== null && { column: row.column_name }),
  },
  level: row.classification_level as ClassificationLevel,
  ...(row.category !== null && { category: row.category as Category }),
  sensitivity: row.sensitivity_score,
  isEncryptionRequired: row.encryption_required,
  ...(row.retention_period_years !== null && { retentionYears: row.retention_period_years }),
  compliance: row.compliance,
  source: row.source as Classification['source'],
  confidence: row.confidence,
  reason: row.reason,
  created: row.created,
});

/** A refusal of the functions of schema `privacy`, with its remedy; any other error as it came. */
function toRefusal(error: unknown): unknown {
  if (stateOf(error) !== 'PP002') return error;
  const source = ((error as Error).cause ?? error) as Error & { readonly hint?: string };
  return privacyErrors.REFUSED({ problem: source.message.replace(/^privacy: /, ''), remedy: source.hint ?? '' }, { cause: error });
}
