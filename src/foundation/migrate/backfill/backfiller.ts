import { type Clock, type Log, loop, type Service, type Tier } from '../../../kernel/index.ts';
import { type Connect, distinctDatabases } from '../../connect/index.ts';
import { takeBackfillLead } from './lead.ts';
import { hasBackfills, nextBackfill } from './sql/queries/queries.gen.ts';
import { work } from './work.ts';

const intervalMs = 5_000;

interface Deps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
}

/** One service for each database: continues what was started, whoever started it. Of several processes one works, the others stand by. */
export function backfillers(deps: Deps): readonly Service[] {
  return distinctDatabases(deps.connect).map((tier) =>
    loop(deps, { name: `migrate.backfiller of ${tier}`, intervalMs, run: (signal) => workOnDue(deps, tier, signal) }),
  );
}

async function workOnDue({ connect, clock, log }: Deps, tier: Tier, signal: AbortSignal): Promise<void> {
  const request = { tier, as: 'owner', priority: 'maintenance', isReadOnly: true, tag: 'migrate.backfill', signal } as const;
  const isDue = await connect.transaction(request, async (tx) =>
    (await hasBackfills.one(tx, {})).exists ? (await nextBackfill.first(tx, { name: null })) !== undefined : false,
  );
  if (!isDue) return;
  await using lead = await takeBackfillLead(connect, tier, signal);
  if (lead) await work({ connect, clock, tier, lead, signal, progress: (line) => log.debug(line) });
}
