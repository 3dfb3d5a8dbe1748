import { PlinthError, uuidv7 } from '../../../kernel/index.ts';
import { attempt } from '../model/ladder.ts';
import { recordTogether as insertTogether, saveObjects } from '../sql/queries/queries.gen.ts';
import { proveTogether, type Ready } from './advance-ledger.ts';
import { stateOf } from './failure.ts';
import type { ReadyObjects } from './objects.ts';
import type { Run } from './run.ts';
import { attemptSettings } from './settings.ts';

/** What is applied at one point of a run: a migration, or the changed objects of a source. */
export type Turn = { readonly ready: Ready; readonly objects?: never } | { readonly objects: ReadyObjects; readonly ready?: never };

// Each table is a lock until the commit, and a server has room for some thousands of them.
const mostStatements = 1_000;

/**
 * Divides turns into what goes together in one transaction, in the same order. Only files of capabilities do: they are released in one
 * piece. Those of a product are judged one by one here as they will be in production.
 *
 * @param isOfCapability whether a source is one
 */
export function groupTurns(turns: readonly Turn[], isOfCapability: (source: string) => boolean): Turn[][] {
  const groups: Turn[][] = [];
  let room = 0;
  for (const turn of turns) {
    const size = sizeOf(turn);
    const mayFollow = maySharing(turn, isOfCapability);
    const last = groups.at(-1);
    if (last && mayFollow && size <= room) {
      last.push(turn);
      room -= size;
    } else {
      groups.push([turn]);
      // What stands alone is followed by nothing in its group.
      room = mayFollow ? mostStatements - size : -1;
    }
  }
  return groups;
}

const sizeOf = ({ ready, objects }: Turn): number =>
  ready ? ready.parsed.statements.length : objects.ordered.reduce((sum, { definitions }) => sum + definitions.length, 0);

function maySharing({ ready, objects }: Turn, isOfCapability: (source: string) => boolean): boolean {
  if (objects) return isOfCapability(objects.source.source) && objects.source.recorded.length === 0;
  const { file, parts, rows } = ready.pending;
  const { isTransactional, isProbed = false, phase } = parts.options;
  // What one sets for its transaction would hold for the others.
  const setsSomething = ready.parsed.statements.some(({ type }) => type === 'VariableSetStmt');
  return isOfCapability(file.source) && isTransactional && !isProbed && phase !== 'backfill' && rows.length === 0 && !setsSomething;
}

/**
 * Applies them in one transaction with the record of them, in as few messages as there can be. Only where nobody has a table yet: their
 * locks are held until the end, which would stop others.
 *
 * @returns why not, where they do not go together; then nothing is left of them, and one by one tells more
 * @throws what breaks the session
 */
export async function applyTogether(run: Run, turns: readonly Turn[]): Promise<unknown> {
  const { session } = run;
  const { lockTimeoutMs } = attempt(0, 0);
  const migrations = turns.flatMap(({ ready }) => ready ?? []);
  const contents = turns.flatMap(({ objects }) => objects?.ordered ?? []);
  const settings = attemptSettings('transaction', { lockTimeoutMs, statementTimeoutMs: run.statementTimeoutMs });
  const texts = turns.flatMap(({ ready, objects }) =>
    ready ? [ready.pending.file.up, 'set constraints all immediate'] : objects.ordered.map(({ file }) => file.text),
  );
  try {
    await session.query({ text: `begin; ${settings};\n${texts.join(';\n')}; ${settings}` });
    await recordTogether(run, migrations);
    await Promise.all(
      contents.map(({ file, definitions }) => {
        const defines = definitions.flatMap(({ target }) => target ?? []);
        return saveObjects.run(session, { identity: file.id, sha256: file.sha256, defines });
      }),
    );
    await proveTogether(run, migrations);
    await session.query({ text: 'commit' });
    return undefined;
  } catch (error) {
    if (stateOf(error) === undefined && !(error instanceof PlinthError)) throw error;
    await session.query({ text: 'rollback' });
    return error;
  }
}

/** Records migrations of capabilities as applied, all in the transaction that is open. */
export async function recordTogether(run: Run, migrations: readonly Ready[]): Promise<void> {
  const rows = migrations.flatMap(({ pending: { file, parts, tiers }, parsed }) =>
    tiers.map((tier) => ({ file, tier, down: parts.checksums.down ?? '', tree: parsed.treeSha256 })),
  );
  if (rows.length === 0) return;
  await insertTogether.run(run.session, {
    ids: rows.map(() => uuidv7()),
    sources: rows.map(({ file }) => file.source),
    names: rows.map(({ file }) => file.name),
    tiers: rows.map(({ tier }) => tier),
    checksums_up: rows.map(({ file }) => file.checksum),
    checksums_down: rows.map(({ down }) => down),
    trees_sha256: rows.map(({ tree }) => tree),
    run_id: run.id,
  });
}
