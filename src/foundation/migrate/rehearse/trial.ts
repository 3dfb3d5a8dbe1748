import { type Tier, tiers, uuidv7 } from '../../../kernel/index.ts';
import type { MigrationFile, ObjectsFile, SourceFiles } from '../model/migration.ts';
import { prepareSession } from '../run/index.ts';
import type { Shadow } from '../shadow/index.ts';
import { type Meter, prepareMeter } from './measure.ts';
import type { PendingPlan } from './pending-plan.ts';

type Accepted = Map<string, readonly Tier[]>;

/** A shadow that is brought up file by file, with sessions to measure on. */
export class Trial {
  readonly #shadow: Shadow;
  readonly #signal: AbortSignal | undefined;
  /** What the shadow has or shall have, by identity, with the tiers it has it in. */
  readonly #migrations: Accepted = new Map();
  #objects: Accepted = new Map();
  /** Objects that stand there in an older version: their hash, by identity. */
  readonly #standing = new Map<string, string>();
  readonly #meters = new Map<Tier, Promise<Meter>>();
  readonly #sessions: AsyncDisposableStack;

  constructor(shadow: Shadow, sessions: AsyncDisposableStack, signal: AbortSignal | undefined) {
    this.#shadow = shadow;
    this.#sessions = sessions;
    this.#signal = signal;
  }

  /**
   * Applies what the real databases have. Old versions of changed objects are not known: their new ones stand in for
   * them where they fit what is there already, and are left out where they do not.
   *
   * @throws what the runner throws
   */
  async applyBaseline(files: readonly SourceFiles[], plan: PendingPlan): Promise<void> {
    const { objects, unchanged } = this.#takeBaseline(files, plan);
    this.#objects = objects;
    try {
      await this.#up();
    } catch (error) {
      this.#objects = unchanged;
      if (unchanged.size === objects.size) throw error;
      await this.#up();
    }
  }

  /** The same for a server that has it all already, changed objects as they were. Applies nothing. */
  adoptBaseline(files: readonly SourceFiles[], plan: PendingPlan): void {
    this.#objects = this.#takeBaseline(files, plan).unchanged;
    for (const { work } of plan.databases) {
      for (const { changed, removed, recorded } of work.objects) {
        for (const { id, sha256 } of recorded) {
          if ([...changed, ...removed].some((one) => one.id === id)) this.#standing.set(id, sha256);
        }
      }
    }
  }

  #takeBaseline(files: readonly SourceFiles[], plan: PendingPlan): { readonly objects: Accepted; readonly unchanged: Accepted } {
    const pending = tiersById(plan.databases.flatMap(({ work }) => work.pending.map(({ file, tiers }) => [file.id, tiers] as const)));
    const changed = tiersById(
      plan.databases.flatMap(({ database, work }) =>
        work.objects.flatMap((source) => source.changed.map(({ id }) => [id, database as readonly Tier[]] as const)),
      ),
    );
    const without = <F extends MigrationFile | ObjectsFile>(list: readonly F[], left: ReadonlyMap<string, readonly Tier[]>) =>
      tiersById(list.map(({ id, tiers }) => [id, tiers.filter((tier) => !left.get(id)?.includes(tier))] as const));
    const migrations = files.flatMap((source) => source.migrations);
    for (const [id, tiers] of without(migrations, pending)) this.#migrations.set(id, tiers);
    const objects = files.flatMap((source) => source.objects);
    return { objects: without(objects, new Map()), unchanged: without(objects, changed) };
  }

  /** Applies one more migration through the runner. @throws what the runner throws; then it does not count as applied */
  async applyMigration({ id }: MigrationFile, tiers: readonly Tier[]): Promise<void> {
    const before = this.#migrations.get(id) ?? [];
    this.#migrations.set(id, [...before, ...tiers]);
    try {
      await this.#up();
    } catch (error) {
      this.#migrations.set(id, before);
      throw error;
    }
  }

  /** Applies changed files of repeatable objects through the runner. @throws what the runner throws */
  async applyObjects(changed: readonly ObjectsFile[], tiers: readonly Tier[]): Promise<void> {
    const before = new Map(this.#objects);
    for (const { id } of changed) this.#objects.set(id, [...new Set([...(before.get(id) ?? []), ...tiers])]);
    try {
      await this.#up();
    } catch (error) {
      this.#objects = before;
      throw error;
    }
  }

  /** Sessions on the database of a tier, with the settings of a run. */
  meter(tier: Tier): Promise<Meter> {
    const open = async (): Promise<Meter> => {
      const request = { tier, tag: 'migrate.rehearse', ...(this.#signal && { signal: this.#signal }) };
      const session = async () => this.#sessions.use(await this.#shadow.context.connect.session(request));
      const meter = await prepareMeter({ session: await session(), watcher: await session(), fences: [await session(), await session()] });
      await prepareSession(meter.session, uuidv7());
      return meter;
    };
    const found = this.#meters.get(tier) ?? open();
    this.#meters.set(tier, found);
    return found;
  }

  async #up(): Promise<void> {
    const keep = <F extends MigrationFile | ObjectsFile>(list: readonly F[], accepted: Accepted): F[] =>
      list.flatMap((file) => {
        const tiers = accepted.get(file.id) ?? [];
        return tiers.length > 0 ? [{ ...file, tiers: file.tiers.filter((tier) => tiers.includes(tier)) }] : [];
      });
    // To the runner what stands is as its file says until its turn comes.
    const standing = ({ name, objects }: SourceFiles): ObjectsFile[] =>
      [...this.#standing].flatMap(([id, sha256]) => {
        if (!id.startsWith(`${name}/objects/`) || this.#objects.has(id)) return [];
        const file = objects.find((one) => one.id === id) ?? { id, source: name, tiers, path: '', text: '' };
        return [{ ...file, sha256 }];
      });
    await this.#shadow.up((files) =>
      files.map((source) => ({
        ...source,
        migrations: source.name === 'migrate' ? source.migrations : keep(source.migrations, this.#migrations),
        objects: [...keep(source.objects, this.#objects), ...standing(source)],
      })),
    );
  }
}

function tiersById(entries: readonly (readonly [string, readonly Tier[]])[]): Map<string, readonly Tier[]> {
  const found = new Map<string, readonly Tier[]>();
  for (const [id, tiers] of entries) if (tiers.length > 0) found.set(id, [...(found.get(id) ?? []), ...tiers]);
  return found;
}
