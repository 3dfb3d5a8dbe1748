import { type Executor, uuidv7 } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { readLedger, updateLedger } from '../run/index.ts';
import { rehearse } from './rehearse.ts';
import { findLastRehearsal, findRehearsal, hasProofTables, saveRehearsal } from './sql/queries/queries.gen.ts';
import type { Rehearsal, Rehearsals } from './types.ts';

const reading = { tier: 'oltp', as: 'owner', isReadOnly: true, tag: 'migrate.proofs' } as const;

/** Neither connects nor reads files yet. */
export function openRehearsals(context: Context): Rehearsals {
  return {
    async run(request = {}) {
      const rehearsal = await rehearse(context, request);
      await ensureProofTables(context);
      const { id, planHash, digest, taken } = rehearsal;
      await context.connect.transaction({ ...reading, isReadOnly: false }, (tx) =>
        saveRehearsal.run(tx, { id, plan_hash: planHash, digest, body: JSON.stringify(rehearsal), taken: new Date(taken) }),
      );
      return rehearsal;
    },
    latest: () => find(context, undefined),
  };
}

/** The last rehearsal of a plan; undefined where there was none. */
export function rehearsalOf(context: Context, planHash: string): Promise<Rehearsal | undefined> {
  return find(context, planHash);
}

async function find({ connect }: Context, planHash: string | undefined): Promise<Rehearsal | undefined> {
  return await connect.transaction(reading, async (tx) => {
    if (!(await hasProofs(tx))) return undefined;
    const row = planHash === undefined ? await findLastRehearsal.first(tx, {}) : await findRehearsal.first(tx, { plan_hash: planHash });
    return row?.body as Rehearsal | undefined;
  });
}

/** Whether this database has the tables that proofs are kept in. */
export async function hasProofs(executor: Executor): Promise<boolean> {
  return (await hasProofTables.one(executor, {})).exists;
}

/** Brings the ledger of oltp up to date, and with it the tables that proofs are kept in. Takes the run lock only where they are missing. */
export async function ensureProofTables(context: Context): Promise<void> {
  if (await context.connect.transaction(reading, hasProofs)) return;
  const files = context.readFiles();
  const [database] = context.databases(files, 'oltp');
  if (!database) return;
  await context.locked(database, { runId: uuidv7(), warnings: [] }, async (run) => updateLedger(run, files, await readLedger(run.session)));
}
