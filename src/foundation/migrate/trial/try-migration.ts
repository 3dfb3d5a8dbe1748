import { existsSync } from 'node:fs';
import { messageOf, type Tier } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import { readParts, readText } from '../files/index.ts';
import type { MigrationFile, SourceFiles } from '../model/migration.ts';
import { revertOnly } from '../revert/index.ts';
import type { Shadow } from '../shadow/index.ts';
import { compareSnapshots, type Snapshot, takeSnapshot } from '../snapshot/index.ts';
import { type Counts, rowFindings, schemaFindings } from './model/judge.ts';
import { beginAgain, listCounted } from './sql/queries/queries.gen.ts';
import type { Trial } from './types.ts';

interface State {
  readonly snapshot: Snapshot;
  readonly counts: Counts;
}

/** Tries one migration in each of its tiers' databases. The shadow can be used for later ones only where it ends up applied. */
export async function tryMigration(
  shadow: Shadow,
  files: readonly SourceFiles[],
  target: MigrationFile,
): Promise<{ readonly trials: readonly Trial[]; readonly isShadowUsable: boolean }> {
  const { context } = shadow;
  const parts = readParts(target);
  const databases = context.databases(files).filter((group) => group.some((tier) => target.tiers.includes(tier)));
  const tiers = databases.map(([tier]) => tier);
  const states = () => Promise.all(tiers.map((tier) => stateOf(shadow, tier)));
  const findings: string[] = [];
  const seed = target.paths.seed && existsSync(target.paths.seed) ? readText(target.paths.seed) : undefined;
  let outcome: Trial['outcome'] = parts.options.irreversible === undefined ? 'reversible' : 'irreversible';
  const compare = (when: string, before: readonly State[], after: readonly State[]) => {
    for (const [index, one] of before.entries()) {
      const other = after[index] as State;
      findings.push(...schemaFindings(when, compareSnapshots(one.snapshot, other.snapshot)));
      findings.push(...rowFindings(when, one.counts, other.counts));
    }
  };
  try {
    await shadow.up(() => filesUntil(files, target, false));
    if (seed !== undefined) for (const tier of tiers) await inDatabase(shadow, tier, (tx) => tx.query({ text: seed }));
    const before = await states();
    await shadow.up(() => filesUntil(files, target, true));
    const after = await states();
    // What is decided by the catalog finds what it made.
    if (!parts.options.isTransactional || parts.options.isProbed) {
      for (const tier of tiers) await inDatabase(shadow, tier, (tx) => beginAgain.run(tx, { source: target.source, name: target.name }));
      await shadow.up(() => filesUntil(files, target, true));
      compare('applied on top of itself', after, await states());
    }
    if (outcome === 'reversible') {
      await revertOnly(context, target.id);
      compare('after the way back', before, await states());
      await shadow.up(() => filesUntil(files, target, true));
      compare('applied again', after, await states());
    }
    if (findings.length > 0) outcome = 'failed';
  } catch (error) {
    outcome = 'failed';
    findings.push(messageOf(error));
  }
  if (outcome === 'irreversible') findings.push(parts.options.irreversible ?? '');
  const isShadowUsable = await shadow
    .up(() => filesUntil(files, target, true))
    .then(
      () => true,
      () => false,
    );
  const trials = target.tiers.map((tier) => ({
    migration: target.id,
    tier,
    outcome,
    findings,
    isSeeded: seed !== undefined,
    checksumUp: target.checksum,
    checksumDown: parts.checksums.down ?? '',
    tried: context.clock.now(),
  }));
  return { trials, isShadowUsable };
}

/**
 * What is there when the migration's turn comes: all sources before its own, with their objects, and what sorts before it
 * in its own. Objects of its own source are those of the end, so they are left out.
 */
function filesUntil(files: readonly SourceFiles[], target: MigrationFile, isIncluded: boolean): SourceFiles[] {
  const at = files.findIndex(({ name }) => name === target.source);
  return files.slice(0, at + 1).map((source) => {
    if (source.name !== target.source) return source;
    const index = source.migrations.findIndex(({ path }) => path === target.path);
    return { ...source, migrations: source.migrations.slice(0, isIncluded ? index + 1 : index), objects: [] };
  });
}

function inDatabase<T>(shadow: Shadow, tier: Tier, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return shadow.context.connect.transaction({ tier, as: 'owner', isolation: 'repeatable read', tag: 'migrate.trial' }, work);
}

function stateOf(shadow: Shadow, tier: Tier): Promise<State> {
  return inDatabase(shadow, tier, async (tx) => {
    const counts = new Map<string, number>();
    for (const { name } of await listCounted.all(tx, {})) {
      const { rows } = await tx.query({ text: `select count(*)::int8 as rows from ${name}` });
      counts.set(name, Number((rows[0] as { rows: number | string }).rows));
    }
    return { snapshot: await takeSnapshot(tx), counts };
  });
}
