import { type Ring, ringBefore, rings, sideOf, type Tier } from '../../../kernel/index.ts';
import { distinctDatabases, type Transaction } from '../../connect/index.ts';
import type { Backfills } from '../backfill/index.ts';
import type { Context } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import { createMigrations } from '../files/index.ts';
import { type Found, fillAndVerify, move, widen } from './advance.ts';
import { groupErrors } from './errors.ts';
import { contractDrafts } from './model/contract.ts';
import { declareGroup, type GroupDefinition, undeclareGroup } from './model/definition.ts';
import type { GroupState } from './model/states.ts';
import { findRing, hasGroups, type ListGroupsRow, listGroups, lookForOldSessions } from './sql/queries/queries.gen.ts';
import type { GroupStatus, Groups } from './types.ts';

/** How long an answer of `readSide` is good for. */
const rememberedMs = 5_000;

/** Opens the groups of all databases; connects to none yet. */
export function openGroups(context: Context, backfills: Backfills): Groups {
  const { connect, clock } = context;
  const on = <T>(tier: Tier, isReadOnly: boolean, doing: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier, as: 'owner', isReadOnly, tag: 'migrate.group' }, async (tx) =>
      (await hasGroups.one(tx, {})).exists ? doing(tx) : undefined,
    );
  const remembered = new Map<string, { readonly until: number; readonly found: Promise<RingFound | undefined> }>();

  async function find(name: string): Promise<Found> {
    for (const tier of distinctDatabases(connect)) {
      const row = await on(tier, true, (tx) => listGroups.first(tx, { name }));
      if (row) return { tier, row, definition: row.definition as GroupDefinition };
    }
    throw groupErrors.GROUP_UNKNOWN({ name });
  }

  async function findSide(name: string): Promise<RingFound | undefined> {
    for (const tier of distinctDatabases(connect)) {
      const row = await on(tier, true, (tx) => findRing.first(tx, { name }));
      if (row) return { name, ring: row.ring as Ring, canaries: row.canaries };
    }
    return undefined;
  }

  const status = async (name: string) => statusOf(await find(name));

  function productOf() {
    const product = context.sources.findLast(({ layout }) => layout === 'product');
    if (!product) throw migrateErrors.NO_PRODUCT();
    return product;
  }

  return {
    async list() {
      const lists = await Promise.all(
        distinctDatabases(connect).map(async (tier) => {
          const rows = (await on(tier, true, (tx) => listGroups.all(tx, { name: '' }))) ?? [];
          return rows.map((row) => statusOf({ tier, row, definition: row.definition as GroupDefinition }));
        }),
      );
      return lists.flat().sort((a, b) => a.expanded.getTime() - b.expanded.getTime());
    },
    async status(name) {
      const { tier } = await find(name);
      await on(tier, false, (tx) => lookForOldSessions.run(tx, {}));
      return status(name);
    },
    async expand({ name, tier, recipe, up, down, definition }) {
      const draft = {
        slug: name,
        up: `${up}\n${declareGroup(name, recipe, definition)}`,
        down: `${down}${undeclareGroup(name)}`,
        meta: { phase: 'expand' },
      };
      return createMigrations(productOf(), tier, [draft], clock.now());
    },
    async switch(name, request = {}) {
      for (;;) {
        request.signal?.throwIfAborted();
        const found = await find(name);
        const state = found.row.state as GroupState;
        if (state === 'contracted') {
          throw groupErrors.GROUP_AT_END({ name, what: 'is contracted: there is no old side any more', next: 'Nothing is left to do.' });
        }
        const isFilled = state === 'verified' || state === 'switched';
        if (isFilled) await widen(context, found, request);
        else await fillAndVerify(context, backfills, found, request);
        const now = await status(name);
        const isThere = request.to === undefined || rings.indexOf(now.ring) >= rings.indexOf(request.to);
        // Filling alone is no step one could see: a rule is in force with it.
        if (isThere && (isFilled || found.definition.contract.length > 0)) return now;
      }
    },
    async back(name) {
      const found = await find(name);
      const before = ringBefore(found.row.ring as Ring, found.row.canaries.length > 0);
      const isOver = found.row.state === 'contracted';
      if (before === undefined || isOver) {
        const what = isOver ? 'is contracted: there is no old side any more' : 'is read by nobody on its new side';
        throw groupErrors.GROUP_AT_END({ name, what, next: 'There is no step back.' });
      }
      await move(context, found, { state: 'verified', ring: before });
      return status(name);
    },
    async contract(name) {
      const product = productOf();
      const { tier } = await find(name);
      await on(tier, false, (tx) => lookForOldSessions.run(tx, {}));
      const { row, definition } = await find(name);
      if (row.hindrances.length > 0) throw groupErrors.GROUP_HELD({ name, hindrances: row.hindrances });
      return createMigrations(product, tier, contractDrafts(name, definition), clock.now());
    },
    async readSide(name, tenantId) {
      const known = remembered.get(name);
      const isFresh = known !== undefined && known.until > clock.monotonicMs();
      const found = isFresh ? known.found : findSide(name);
      if (!isFresh) {
        remembered.set(name, { until: clock.monotonicMs() + rememberedMs, found });
        // A failed question is asked again by the next caller.
        found.catch(() => remembered.delete(name));
      }
      const ring = await found;
      return ring === undefined ? 'old' : sideOf(ring, tenantId);
    },
    async look() {
      for (const tier of distinctDatabases(connect)) await on(tier, false, (tx) => lookForOldSessions.run(tx, {}));
    },
  };
}

interface RingFound {
  readonly name: string;
  readonly ring: Ring;
  readonly canaries: readonly string[];
}

function statusOf({ tier, row, definition }: Found): GroupStatus {
  const state = row.state as GroupState;
  return {
    name: row.name,
    tier,
    recipe: row.recipe,
    state,
    ring: row.ring as Ring,
    old: definition.old,
    new: definition.new,
    canaries: row.canaries,
    expanded: row.expanded,
    ...(row.verified && { verified: row.verified }),
    ...(row.switched && { switched: row.switched }),
    ...(row.contracted && { contracted: row.contracted }),
    ...(row.seen && { seen: row.seen }),
    hindrances: row.hindrances,
    next: nextOf(row, state, definition),
  };
}

function nextOf(row: ListGroupsRow, state: GroupState, { filledBy }: GroupDefinition): string {
  if (state === 'contracted') return '';
  if (filledBy !== undefined && (state === 'expanded' || state === 'backfilling')) return filledBy;
  if (state !== 'switched') return `plinth migrate group switch ${row.name}`;
  return row.hindrances.length > 0 ? `wait: ${row.hindrances.join('; ')}` : `plinth migrate group contract ${row.name}`;
}
