import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import type { GroupStatus, Groups, Migrate } from '../../../foundation/migrate/index.ts';
import type { Clock, Tier } from '../../../kernel/index.ts';
import type { ClearColumn, SealingWork } from '../../crypto/index.ts';
import type { AuditSink } from '../../tenancy/index.ts';
import { privacyErrors } from '../errors.ts';
import { parsePlace, writePlace } from '../model/places.ts';
import type { Classification, Place, Registry } from '../model/types.ts';
import { purgeTables } from '../subject/index.ts';
import { protectErrors } from './errors.ts';
import { recipe, sealingChange } from './model/change.ts';
import { namesOf, planProtection } from './model/plan.ts';
import {
  beginProtection,
  describeColumn,
  type ListProtectionsRow,
  listClearColumns,
  listProtections,
  notePurge,
} from './sql/queries/queries.gen.ts';
import type { ColumnPlace, Protection, ProtectionState, ProtectionStatus, ProtectionStep, ProtectRequest } from './types.ts';

export interface ProtectionDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly registry: Pick<Registry, 'find' | 'list' | 'ofTable'>;
  readonly sealing: SealingWork;
  readonly migrate: { readonly groups: Pick<Groups, 'list' | 'status' | 'expand' | 'switch' | 'contract'>; status: Migrate['status'] };
  /** Durable when resolved. */
  readonly record: AuditSink['record'];
  /** Schemas of the platform's own capabilities: they encrypt for themselves. */
  readonly platformSchemas: readonly string[];
  readonly rewriteMaxBytes: number;
  readonly patienceMs: number;
}

type Bounds = Required<Pick<ProtectRequest, 'signal' | 'onProgress'>>;
/** What was begun, and where it is in its database; without a group its migration is not applied. */
interface Begun {
  readonly place: ColumnPlace;
  readonly row: ListProtectionsRow;
  readonly group?: GroupStatus;
}

const command = (place: Place) => `plinth privacy protect ${writePlace(place)}`;
const apply = 'plinth migrate plan --write, plinth migrate up';

/** Opens the protection of columns; reads nothing yet. */
export function openProtection(deps: ProtectionDeps): Protection {
  const { connect, registry, sealing, migrate } = deps;
  const on = <T>(tier: Tier, isReadOnly: boolean, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier, as: 'owner', tag: 'privacy.protect', isReadOnly }, work);
  const isSame = (one: Tier, other: Tier) => connect.databaseKey(one) === connect.databaseKey(other);
  const isWritten = async (migration: string) =>
    (await migrate.status()).some(({ id, state }) => id.endsWith(`_${migration}`) && state !== 'applied');

  /** Everything that was begun and is still there: in its database, or as a migration. */
  async function allBegun(): Promise<readonly Begun[]> {
    const [rows, groups] = await Promise.all([on('oltp', true, (tx) => listProtections.all(tx, {})), migrate.groups.list()]);
    const begun = rows.map((row): Begun => {
      const tier = row.tier as Tier;
      const group = groups.find((one) => one.name === row.group_name && one.recipe === recipe && isSame(one.tier, tier));
      return { row, place: { tier, schema: row.schema_name, table: row.table_name, column: row.column_name }, ...(group && { group }) };
    });
    const there = await Promise.all(begun.map(async ({ row, group }) => group !== undefined || (await isWritten(row.group_name))));
    return begun.filter((_, index) => there[index]);
  }

  const clearOf = ({ place, row }: Begun): ClearColumn => ({
    tier: place.tier,
    table: `${place.schema}.${place.table}`,
    column: row.sealed_column,
    clear: place.column,
  });

  async function statusOf(begun: Begun): Promise<ProtectionStatus> {
    const { place, row, group } = begun;
    const known = { place, sealed: row.sealed_column, group: row.group_name };
    if (!group) return { ...known, state: 'written', hindrances: [], next: apply };
    const isOver = group.state === 'contracted';
    const state: ProtectionState = isOver && row.purged ? 'done' : group.state;
    return {
      ...known,
      state,
      ring: group.ring,
      ...(!isOver && { openRows: await sealing.countOpen(clearOf(begun)) }),
      hindrances: group.state === 'switched' ? group.hindrances : [],
      next: state === 'done' ? '' : (await isWritten(`contract_${row.group_name}`)) ? apply : command(place),
    };
  }

  async function find(text: string): Promise<{ place: ColumnPlace; begun?: Begun }> {
    const asked = parsePlace(text);
    if (!asked || asked.column === undefined) throw privacyErrors.MALFORMED_PLACE({ place: text });
    // The column may be dropped already.
    const begun = (await allBegun()).find(
      ({ place }) =>
        place.schema === asked.schema &&
        place.table === asked.table &&
        place.column === asked.column &&
        (asked.tier === undefined || isSame(place.tier, asked.tier)),
    );
    return begun ? { place: begun.place, begun } : { place: (await registry.find(text)) as ColumnPlace };
  }

  async function begin(place: ColumnPlace, request: ProtectRequest): Promise<readonly string[]> {
    const known = (await registry.ofTable(place))[place.column];
    if (!isDue(known) && request.force === undefined) {
      const level = known && `${known.level}${known.isEncryptionRequired ? '' : ', without encryption'}`;
      throw protectErrors.NOT_DUE({ place: writePlace(place), known: level ?? 'not classified' });
    }
    const names = namesOf(place.column, request);
    const described = await on(place.tier, true, (tx) =>
      describeColumn.first(tx, {
        schema: place.schema,
        table: place.table,
        column: place.column,
        wanted: [names.sealed, ...(request.index ? [names.index] : [])],
      }),
    );
    if (!described) throw privacyErrors.UNKNOWN_PLACE({ place: writePlace(place), similar: [] });
    const plan = planProtection(place, described, request);
    if ('problem' in plan) throw protectErrors.CANNOT_PROTECT({ place: writePlace(place), ...plan });
    const reason = request.force ?? `${known?.level}: ${known?.reason}`;
    const { tier, schema, table, column } = place;
    // On record first: a migration that nobody asked for would be worse than a request without one.
    await deps.record({
      kind: 'operation',
      action: 'privacy.protect',
      success: true,
      target: { type: 'column', id: writePlace(place) },
      purpose: reason,
      details: { step: 'begin', sealed: plan.sealed, isForced: request.force !== undefined },
    });
    await on('oltp', false, (tx) =>
      beginProtection.run(tx, { tier, group_name: plan.name, schema, table, column, sealed_column: plan.sealed, reason }),
    );
    return migrate.groups.expand({ tier, ...sealingChange(plan) });
  }

  /** Seals until a comparison finds every row sealed and equal. */
  async function sealAll(begun: Begun, bounds: Bounds): Promise<string> {
    const column = { ...clearOf(begun), ...bounds };
    for (let sealed = 0; ; ) {
      sealed += await sealing.seal(column);
      const { equal, open, differing } = await sealing.compare(column);
      if (differing.length > 0) {
        throw protectErrors.SIDES_DIFFER({ place: writePlace(begun.place), sealed: begun.row.sealed_column, rows: differing });
      }
      if (open === 0) return `${sealed} rows sealed; ${equal} opened and found equal`;
    }
  }

  async function advance(begun: Begun, bounds: Bounds): Promise<{ readonly did: readonly string[]; readonly written: readonly string[] }> {
    const { place, row, group } = begun;
    const name = row.group_name;
    if (!group) throw protectErrors.NOT_APPLIED({ place: writePlace(place), migration: name });
    if (group.state === 'contracted') return { did: [await purge(begun, bounds)], written: [] };
    const did = [await sealAll(begun, bounds)];
    if (group.state !== 'switched') {
      const { state, ring } = await migrate.groups.switch(name, bounds);
      return {
        did: [...did, state === 'verified' && ring === 'none' ? 'verified' : `ring "${ring}" reads ${row.sealed_column}`],
        written: [],
      };
    }
    if (await isWritten(`contract_${name}`)) return { did, written: [] };
    const { hindrances } = await migrate.groups.status(name);
    if (hindrances.length > 0) return { did: [...did, ...hindrances.map((one) => `waits: ${one}`)], written: [] };
    return { did: [...did, `the migration that drops ${place.column} is written`], written: await migrate.groups.contract(name) };
  }

  /** Dropped columns stay in the rows until these are written anew. */
  async function purge({ place, row }: Begun, bounds: Bounds): Promise<string> {
    const { tier, schema, table } = place;
    const [done] = await purgeTables(deps, tier, [{ tier, schema, table }], bounds);
    await deps.record({
      kind: 'operation',
      action: 'privacy.protect',
      success: true,
      target: { type: 'column', id: writePlace(place) },
      details: { step: 'purge', files: done ?? 'dropped' },
    });
    if (done !== 'vacuumed') {
      await on('oltp', false, (tx) => notePurge.run(tx, { tier, group_name: row.group_name, purged: deps.clock.now() }));
      return `the files of ${schema}.${table} are rewritten: what was in clear is in backups and in the WAL archive only`;
    }
    return `${schema}.${table} is larger than privacy.rewriteMaxBytes and was vacuumed only: bytes of ${place.column} stay in its files until their rows are written anew`;
  }

  return {
    async list({ tier } = {}) {
      const begun = (await allBegun()).filter(({ place }) => tier === undefined || isSame(place.tier, tier));
      const statuses = await Promise.all(begun.map(statusOf));
      const isBegun = new Set(begun.map(({ place }) => writePlace(place)));
      const due = (await dueColumns(tier)).filter((place) => !isBegun.has(writePlace(place)));
      const waiting = due.map((place): ProtectionStatus => ({ place, state: 'clear', hindrances: [], next: command(place) }));
      return [...statuses, ...waiting].sort((a, b) => writePlace(a.place).localeCompare(writePlace(b.place)));
    },
    async protect(text, request = {}): Promise<ProtectionStep> {
      const bounds = { signal: request.signal ?? new AbortController().signal, onProgress: request.onProgress ?? (() => {}) };
      const { place, begun } = await find(text);
      const { did, written } = begun
        ? await advance(begun, bounds)
        : { did: ['the migration that puts a sealed column beside it is written'], written: await begin(place, request) };
      const now = (await allBegun()).find((one) => writePlace(one.place) === writePlace(place));
      const status = now && (await statusOf(now));
      return { status: status ?? { place, state: 'written', hindrances: [], next: apply }, did, written };
    },
  };

  /** Columns of products that are restricted and have to be encrypted, and can hold a value in clear. */
  async function dueColumns(asked: Tier | undefined): Promise<ColumnPlace[]> {
    const due = (await registry.list(asked && { tier: asked })).filter(
      (one) => isDue(one) && one.place.column !== undefined && !deps.platformSchemas.includes(one.place.schema),
    );
    const byTier = Map.groupBy(due, ({ place }) => place.tier);
    const found = await Promise.all(
      [...byTier].map(async ([tier, list]) => {
        const places = JSON.stringify(list.map(({ place }) => place));
        const rows = await on(tier, true, (tx) => listClearColumns.all(tx, { places }));
        return rows.map((row): ColumnPlace => ({ tier, ...row }));
      }),
    );
    return found.flat();
  }
}

const isDue = (found: Classification | undefined): boolean => found?.level === 'restricted' && found.isEncryptionRequired;
