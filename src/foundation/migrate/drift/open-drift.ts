import type { Context } from '../context.ts';
import { installEventTriggers } from '../event-triggers/index.ts';
import { openShadow } from '../shadow/index.ts';
import { takeSnapshot } from '../snapshot/index.ts';
import { checkDatabase } from './check-database.ts';
import { hasSnapshots, pruneEvents } from './sql/queries/queries.gen.ts';
import { storeState } from './store.ts';
import type { DatabaseDrift, Drift, DriftEntry, DriftRequest } from './types.ts';

/** Opens the part; from now on runs leave a snapshot behind and say what had changed since the last. Does not connect. */
export function openDrift(context: Context): Drift {
  context.aroundRuns.push({
    async before(run) {
      const { entries } = await checkDatabase(context, run.tiers, { signal: run.signal });
      if (entries.length === 0) return;
      const what = [...new Set(entries.map(nameWithSource))];
      const more = what.length > 5 ? ` and ${what.length - 5} more` : '';
      run.warnings.push(
        `${run.tiers[0]}: the schema is not as the last run left it: ${what.slice(0, 5).join(', ')}${more}; see "plinth migrate drift"`,
      );
    },
    async after(run) {
      const { missing } = await installEventTriggers(context, run.tiers[0]);
      if (missing) context.log.info(`${run.tiers[0]}: who changes the schema is not recorded`, { because: missing });
      const warning = await storeState(run.session, run.id);
      if (warning) run.warnings.push(`${run.tiers[0]}: ${warning}`);
    },
  });
  return {
    check: (request = {}) => check(context, request),
    async snapshot({ tier, signal }) {
      const { rootHash, serverVersion, objects } = await context.connect.transaction(
        {
          tier,
          as: 'owner',
          isReadOnly: true,
          isolation: 'repeatable read',
          tag: 'migrate.snapshot',
          deadlineMs: 60_000,
          ...(signal && { signal }),
        },
        (tx) => takeSnapshot(tx),
      );
      return { tier, rootHash, serverVersion, objects: [...objects.values()] };
    },
    async forget({ signal } = {}) {
      const before = new Date(context.clock.now().getTime() - keptEventsMs);
      for (const [tier] of context.databases(context.readFiles())) {
        await context.connect.transaction({ tier, as: 'owner', tag: 'migrate.drift', ...(signal && { signal }) }, async (tx) => {
          if ((await hasSnapshots.one(tx, {})).exists) await pruneEvents.run(tx, { before });
        });
      }
    },
  };
}

const keptEventsMs = 90 * 24 * 60 * 60_000;

const nameWithSource = ({ identity, application }: DriftEntry) => (application ? `${identity} by ${application}` : identity);

async function check(context: Context, request: DriftRequest): Promise<readonly DatabaseDrift[]> {
  const { signal } = request;
  const databases = context.databases(context.readFiles(), request.tier);
  await using stack = new AsyncDisposableStack();
  const shadow = request.isThorough ? stack.use(await openShadow(context, { ...(signal && { signal }) })) : undefined;
  await shadow?.up();
  const found: DatabaseDrift[] = [];
  for (const database of databases) {
    found.push(await checkDatabase(context, database, { ...(signal && { signal }), ...(shadow && { shadow: shadow.context }) }));
  }
  return found;
}
