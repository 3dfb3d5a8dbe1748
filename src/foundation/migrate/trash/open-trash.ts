import { type Executor, messageOf, PlinthError, quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import { distinctDatabases } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import { trashErrors } from './errors.ts';
import { dropTrash, findTrash, hasTrash, listTrash, restoreTrash } from './sql/queries/queries.gen.ts';
import type { Restored, Trash, TrashItem } from './types.ts';

// Everybody who arrives behind a waiting ALTER TABLE waits with it.
const lockTimeoutMs = 1_000;
const validateDeadlineMs = 60 * 60_000;

/** Opens the trash of all databases; does nothing yet. */
export function openTrash({ connect, log }: Pick<Context, 'connect' | 'log'>): Trash {
  const on = <T>(tier: Tier, doing: (tx: Executor) => Promise<T>, more: { signal?: AbortSignal; deadlineMs?: number } = {}) =>
    connect.transaction({ tier, as: 'owner', priority: 'maintenance', tag: 'migrate.trash', ...more }, async (tx) => {
      await tx.query({ text: `set local search_path = pg_catalog; set local lock_timeout = ${lockTimeoutMs}` });
      return doing(tx);
    });
  const listOf = async (tier: Tier) => on(tier, async (tx) => ((await hasTrash.one(tx, {})).exists ? await listTrash.all(tx, {}) : []));

  async function items(): Promise<(TrashItem & { readonly isExpired: boolean })[]> {
    const all: (TrashItem & { readonly isExpired: boolean })[] = [];
    for (const tier of distinctDatabases(connect)) {
      for (const { id, kind, original, rows_kept, created, expires, is_expired: isExpired } of await listOf(tier)) {
        all.push({
          id,
          tier,
          kind: kind as TrashItem['kind'],
          original,
          ...(rows_kept !== null && { rows: rows_kept }),
          created,
          expires,
          isExpired,
        });
      }
    }
    return all;
  }

  return {
    list: async () => (await items()).map(({ isExpired: _, ...item }) => item),
    async restore(name, { signal } = {}) {
      const bound = signal ? { signal } : {};
      for (const tier of distinctDatabases(connect)) {
        const found = await on(
          tier,
          async (tx) => ((await hasTrash.one(tx, {})).exists ? findTrash.first(tx, { name }) : undefined),
          bound,
        );
        if (!found) continue;
        const { id, original } = found;
        const { open_checks } = await on(tier, (tx) => restoreTrash.one(tx, { id }), bound).catch((error) => {
          if (!(error instanceof PlinthError) || !error.code.startsWith('PLINTH_SQL_')) throw error;
          throw trashErrors.TRASH_IN_THE_WAY({ original, reason: messageOf(error) }, { cause: error });
        });
        const unproven: Restored['unproven'][number][] = [];
        for (const check of open_checks as { readonly table: string; readonly name: string }[]) {
          const text = `alter table ${check.table} validate constraint ${quoteIdentifier(check.name)}`;
          await on(tier, (tx) => tx.query({ text }), { ...bound, deadlineMs: validateDeadlineMs }).catch((error) => {
            signal?.throwIfAborted();
            unproven.push({ ...check, reason: messageOf(error) });
          });
        }
        return { original, unproven };
      }
      throw trashErrors.TRASH_UNKNOWN({ name });
    },
    async sweep(signal) {
      const dropped: TrashItem[] = [];
      for (const { isExpired, ...item } of await items()) {
        if (!isExpired) continue;
        try {
          const { is_dropped } = await on(item.tier, (tx) => dropTrash.one(tx, { id: item.id }), signal ? { signal } : {});
          if (is_dropped) dropped.push(item);
        } catch (error) {
          signal?.throwIfAborted();
          log.warn(`${item.original} has expired in the trash and cannot be dropped yet`, { error: messageOf(error) });
        }
      }
      return dropped;
    },
  };
}
