import type { Context } from '../context.ts';
import { isLockHeld, readLedger } from '../run/index.ts';
import { commitTimes } from './commit-times.ts';
import { figuresOf } from './model/figures.ts';
import { type ListDeployedRow, type ListRunsSinceRow, listDeployed, listRunsSince } from './sql/queries/queries.gen.ts';
import type { Deployment, Deployments } from './types.ts';

const dayMs = 24 * 60 * 60_000;

/** Opens the part; does not connect. */
export function openDeployments(context: Context): Deployments {
  return {
    async figures({ days = 91 } = {}) {
      const now = context.clock.now();
      const deployments = await readDeployments(context, new Date(now.getTime() - days * dayMs));
      return { environment: context.options.environment, ...figuresOf(deployments, { days, now }) };
    },
  };
}

async function readDeployments(context: Context, since: Date): Promise<readonly Deployment[]> {
  const runs: (ListRunsSinceRow & { readonly isKilled: boolean })[] = [];
  const deployed: ListDeployedRow[] = [];
  for (const database of context.databases(context.readFiles())) {
    const work = { tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.deployments' } as const;
    await context.connect.transaction(work, async (tx) => {
      if (!(await readLedger(tx)).isCurrent) return;
      const isRunning = await isLockHeld(tx);
      for (const run of await listRunsSince.all(tx, { since })) runs.push({ ...run, isKilled: run.outcome === 'running' && !isRunning });
      deployed.push(...(await listDeployed.all(tx, { since })));
    });
  }
  const sources = new Set(deployed.map(({ source }) => source));
  const added = new Map<string, ReadonlyMap<string, Date>>();
  // The product's own: when others committed what came with a package says nothing about this team.
  for (const { name, dir, layout } of context.sources) {
    if (layout === 'product' && sources.has(name)) added.set(name, await commitTimes(dir));
  }
  const byRun = Map.groupBy(deployed, ({ run_id }) => run_id);
  // A run over several databases has the same id in each.
  return [...Map.groupBy(runs, ({ id }) => id)].map(([id, all]) => deploymentOf(id, all, byRun.get(id) ?? [], added));
}

function deploymentOf(
  id: string,
  runs: readonly (ListRunsSinceRow & { readonly isKilled: boolean })[],
  rows: readonly ListDeployedRow[],
  added: ReadonlyMap<string, ReadonlyMap<string, Date>>,
): Deployment {
  const started = new Date(Math.min(...runs.map((run) => run.started.getTime())));
  const ends = runs.flatMap(({ completed }) => completed?.getTime() ?? []);
  const isFailed = runs.some(({ outcome }) => outcome === 'failed');
  const isRunning = runs.some(({ outcome, isKilled }) => outcome === 'running' && !isKilled);
  const outcome = isFailed ? 'failed' : runs.some(({ isKilled }) => isKilled) ? 'killed' : isRunning ? 'running' : 'completed';
  // Tiers that share a database have a row each of what was applied once.
  const applied = new Map(rows.filter(({ source }) => added.has(source)).map((row) => [`${row.source}/${row.name}`, row]));
  const leads = [...applied.values()].flatMap(({ source, name, applied: time }) => {
    if (!time) return [];
    const committed = added.get(source)?.get(name);
    return [committed && committed <= time ? time.getTime() - committed.getTime() : undefined];
  });
  const leadTimesMs = leads.filter((one) => one !== undefined);
  return {
    id,
    command: runs[0]?.command ?? 'up',
    outcome,
    started,
    ...(ends.length === runs.length && { durationMs: Math.max(...ends) - started.getTime() }),
    leadTimesMs,
    leadTimesUnknown: leads.length - leadTimesMs.length,
    lockWaitMs: rows.reduce((total, row) => total + row.lock_wait_ms, 0),
    retries: rows.reduce((total, row) => total + row.attempts - 1, 0),
  };
}
