import { type Executor, messageOf, tiers, uuidv7 } from '../../../kernel/index.ts';
import type { PlacedTenant } from '../../cluster/index.ts';
import type { Context } from '../context.ts';
import { readParts } from '../files/index.ts';
import { sha256 } from '../model/checksum.ts';
import type { SourceFiles } from '../model/migration.ts';
import { schemaVersion } from '../model/schema-version.ts';
import { isApplied } from '../model/states.ts';
import { planOf } from '../report.ts';
import { prepareSession, readLedger, rolloutKey, takeLock } from '../run/index.ts';
import { eachOf } from './each-of.ts';
import { tenantsErrors } from './errors.ts';
import { rings, ringsOf } from './model/rings.ts';
import { beginTenant, endCurrent, endFailed, forgetOthers, planTenants } from './sql/queries/queries.gen.ts';
import { migrateTenant, type Rollout } from './tenant-database.ts';
import { Turns } from './turns.ts';
import type { RolloutReport, RolloutRequest } from './types.ts';

const defaultAtOnce = 4;
const shownTenants = 5;

/** Brings placed tenants up to date, ring by ring; see `Tenants.up`. */
export async function rollOut(context: Context, request: RolloutRequest): Promise<RolloutReport> {
  const { clock, connect } = context;
  const { atOnce = defaultAtOnce, maxFailures = 1, onProgress = () => {} } = request;
  const directory = context.tenantDirectory?.();
  if (!directory) throw tenantsErrors.NO_TENANT_DIRECTORY();
  const started = clock.monotonicMs();
  const stop = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
  await using session = await connect.session({ tier: 'oltp', tag: 'migrate.tenants', signal });
  await prepareSession(session, uuidv7());
  const wait = { clock, signal, deadlineMs: context.options.lockDeadlineMs, tier: 'oltp', progress: onProgress } as const;
  await takeLock(session, wait, rolloutKey);

  const { rollout, version } = await prepare(context, signal);
  const record = (work: (tx: Executor) => Promise<unknown>) =>
    connect.transaction({ tier: 'oltp', as: 'owner', tag: 'migrate.tenants' }, work);

  const migrated: string[] = [];
  const failed: RolloutReport['failed'][number][] = [];
  const left: string[] = [];
  const warned = new Map<string, string[]>();
  const seen = new Set<string>();
  let unchanged = 0;

  const migrateOne = async (tenant: PlacedTenant) => {
    const { id } = tenant;
    const began = clock.monotonicMs();
    const durationMs = () => Math.round(clock.monotonicMs() - began);
    let hadWork = false;
    const onWork = async () => {
      // Once more after each backfill.
      if (hadWork) return;
      hadWork = true;
      await record((tx) => beginTenant.run(tx, { tenant: id }));
      onProgress(`tenant ${id}: begun`);
    };
    try {
      const { warnings } = await migrateTenant(context, tenant, rollout, {
        onWork,
        onProgress: (line) => onProgress(`tenant ${id}: ${line}`),
      });
      for (const warning of warnings) warned.set(warning, [...(warned.get(warning) ?? []), id]);
    } catch (error) {
      signal.throwIfAborted();
      failed.push({ tenant: id, error: messageOf(error) });
      await record((tx) => endFailed.run(tx, { tenant: id, error: messageOf(error), duration_ms: durationMs() }));
      onProgress(`tenant ${id}: failed: ${messageOf(error)}`);
      return;
    }
    await record((tx) => endCurrent.run(tx, { tenant: id, version, duration_ms: durationMs() }));
    if (hadWork) migrated.push(id);
    else unchanged++;
    onProgress(`tenant ${id}: current`);
  };

  // Once more after the last ring: who was placed meanwhile has a database that no run has seen.
  for (;;) {
    const placed = await directory.placed();
    const due = placed.filter(({ id }) => !seen.has(id));
    if (due.length === 0) break;
    const ringOf = ringsOf(placed);
    await record(async (tx) => {
      await forgetOthers.run(tx, { tenants: placed.map(({ id }) => id) });
      await planTenants.run(tx, { tenants: due.map(({ id }) => id), rings: due.map(({ id }) => ringOf.get(id) as string), version });
    });
    for (const ring of rings) {
      const members = due.filter(({ id }) => ringOf.get(id) === ring);
      if (members.length > 0) onProgress(`ring ${ring}: ${members.length} tenant(s)`);
      const rest = await eachOf(members, atOnce, () => failed.length < maxFailures, migrateOne, stop);
      left.push(...rest.map(({ id }) => id));
    }
    for (const { id } of due) seen.add(id);
  }
  return {
    version,
    migrated,
    unchanged,
    failed,
    left,
    warnings: [...warned].map(([warning, ids]) => `${warning} (${nameSome(ids)})`),
    durationMs: Math.round(clock.monotonicMs() - started),
  };
}

/** See `Tenants.bring`. */
export async function bringTenant(context: Context, tenant: PlacedTenant, request: Pick<RolloutRequest, 'signal' | 'onProgress'>) {
  const { signal = new AbortController().signal, onProgress = () => {} } = request;
  const { rollout } = await prepare(context, signal);
  await migrateTenant(context, tenant, rollout, { onWork: async () => {}, onProgress });
}

/** @throws PLINTH_MIGRATE_SHARED_BEHIND */
async function prepare(context: Context, signal: AbortSignal): Promise<{ readonly rollout: Rollout; readonly version: string }> {
  const files = context.readFiles();
  const select = await sharedFiles(context, files);
  const selected = select(files);
  const hasBackfills = selected.some(({ migrations }) => migrations.some((file) => readParts(file).options.phase === 'backfill'));
  return { rollout: { files, select, hasBackfills, turns: new Turns(), signal }, version: versionOf(selected) };
}

/**
 * Narrows the files to what the shared databases have: it was admitted there, and nobody placed is ahead of them. What waits there for
 * a backfill waits here too.
 *
 * @throws PLINTH_MIGRATE_SHARED_BEHIND
 */
async function sharedFiles(context: Context, files: readonly SourceFiles[]): Promise<Rollout['select']> {
  const pending = await planOf(context);
  if (pending.length > 0) throw tenantsErrors.SHARED_BEHIND({ pending: pending.map(({ tier, id }) => `${tier}:${id}`) });
  const applied = new Set<string>();
  for (const [tier] of context.databases(files)) {
    const { rows } = await context.connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'migrate.tenants' }, readLedger);
    for (const row of rows) if (isApplied(row.state)) applied.add(row.id);
  }
  return (all) => all.map((source) => ({ ...source, migrations: source.migrations.filter(({ id }) => applied.has(id)) }));
}

/** One hash for all tiers. */
export function versionOf(files: readonly SourceFiles[]): string {
  return sha256(tiers.map((tier) => schemaVersion(files, tier)).join('\n'));
}

function nameSome(ids: readonly string[]): string {
  const more = ids.length - shownTenants;
  return `${ids.slice(0, shownTenants).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
