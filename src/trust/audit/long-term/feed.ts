import { type Connect, distinctDatabases } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import { currentEra, listPortion, moveFeed, nextCut, putLogs, putSystemEvents, readFeed } from './sql/queries/queries.gen.ts';

/** Copies the trails of all databases to the OLAP tier. */
export interface LongTerm {
  /** Copies what has become final since the last call; each event once, whoever is killed when. Returns how many portions. */
  feed(request?: { readonly signal?: AbortSignal }): Promise<number>;
}

const portionSize = 5_000;

export function openLongTerm(connect: Connect): LongTerm {
  return {
    async feed({ signal } = {}) {
      let portions = 0;
      for (const tier of distinctDatabases(connect)) {
        while (await feedPortion(connect, tier, signal)) portions++;
      }
      return portions;
    },
  };
}

/** One portion of one database; false when there is nothing more. */
async function feedPortion(connect: Connect, tier: Tier, signal: AbortSignal | undefined): Promise<boolean> {
  signal?.throwIfAborted();
  const bounds = { as: 'owner', tag: 'audit.feed', deadlineMs: 60_000, ...(signal && { signal }) } as const;
  const at = { ...bounds, tier, isReadOnly: true } as const;
  const { era } = await connect.transaction(at, (tx) => currentEra.one(tx, {}));
  const from = (await connect.transaction({ ...bounds, tier: 'olap' }, (tx) => readFeed.first(tx, { tier, era })))?.reached ?? 0;
  // Two statements: what is below the cut of the first has ended, so the second sees all of it.
  const found = await connect.transaction(at, async (tx) => {
    const { cut } = await nextCut.one(tx, { era, from, most: portionSize });
    return cut === null ? undefined : { cut, portion: (await listPortion.one(tx, { era, from, cut })).portion };
  });
  if (!found) return false;
  const { cut, portion } = found;
  return connect.transaction({ ...bounds, tier: 'olap' }, async (tx) => {
    // First: who comes second waits here and finds that it is done.
    if ((await moveFeed.run(tx, { tier, era, from, cut })) === 0) return false;
    await putLogs.run(tx, { tier, portion });
    await putSystemEvents.run(tx, { tier, portion });
    return true;
  });
}
