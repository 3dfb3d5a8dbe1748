import type { Tier } from '../../../kernel/index.ts';
import type { Database } from '../context.ts';
import type { SourceFiles } from '../model/migration.ts';
import { ownSource } from '../run/index.ts';
import type { Shadow } from '../shadow/index.ts';
import { joinSnapshots, type Snapshot, takeSnapshot } from '../snapshot/index.ts';

/** What a shadow is to have, by `tier:id`. */
export type Wanted = ReadonlySet<string>;

/** Brings the shadow to what is wanted, of migrations and of repeatable objects. */
export async function reach(shadow: Shadow, wanted: Wanted): Promise<void> {
  const here = (id: string, tiers: readonly Tier[]) => tiers.filter((tier) => wanted.has(`${tier}:${id}`));
  await shadow.up((all) =>
    all.map((source) => {
      if (source.name === ownSource.name) return source;
      const keep = <F extends SourceFiles['migrations'][number] | SourceFiles['objects'][number]>(files: readonly F[]): F[] =>
        files.map((file) => ({ ...file, tiers: here(file.id, file.tiers) })).filter(({ tiers }) => tiers.length > 0);
      return { ...source, migrations: keep(source.migrations), objects: keep(source.objects) };
    }),
  );
}

/** The schema of a database as the shadow has it, whose tiers are always apart. */
export async function snapshotOn(shadow: Shadow, tiers: Database): Promise<Snapshot> {
  const snapshots: Snapshot[] = [];
  for (const tier of tiers) {
    const work = {
      tier,
      as: 'owner',
      isReadOnly: true,
      isolation: 'repeatable read',
      tag: 'migrate.baseline',
      deadlineMs: 60_000,
    } as const;
    snapshots.push(await shadow.context.connect.transaction(work, (tx) => takeSnapshot(tx)));
  }
  return joinSnapshots(snapshots);
}
