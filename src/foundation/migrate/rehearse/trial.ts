import { type Tier, uuidv7 } from '../../../kernel/index.ts';
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
    const pending = tiersById(plan.databases.flatMap(({ work }) => work.pending.map(({ file, tiers }) => [file.id, tiers] as const)));
    const changed = tiersById(
      plan.databases.flatMap(({ database, work }) =>
        work.objects.flatMap((source) => source.changed.map(({ id }) => [id, database as readonly Tier[]] as const)),
      ),
    );
    const without = <F extends MigrationFile | ObjectsFile>(list: readonly F[], left: ReadonlyMap<string, readonly Tier[]>) =>
      tiersById(list.map(({ id, tiers }) => [id, tiers.filter((tier) => !left.get(id)?.includes(tier))] as const));
    for (const [id, tiers] of without(
      files.flatMap(({ migrations }) => migrations),
      pending,
    ))
      this.#migrations.set(id, tiers);
    const objects = files.flatMap((source) => source.objects);
    this.#objects = without(objects, new Map());
    try {
      await this.#up();
    } catch (error) {
      this.#objects = without(objects, changed);
      if (changed.size === 0) throw error;
      await this.#up();
    }
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
    await this.#shadow.up((files) =>
      files.map((source) => ({
        ...source,
        migrations: source.name === 'migrate' ? source.migrations : keep(source.migrations, this.#migrations),
        objects: keep(source.objects, this.#objects),
      })),
    );
  }
}

function tiersById(entries: readonly (readonly [string, readonly Tier[]])[]): Map<string, readonly Tier[]> {
  const found = new Map<string, readonly Tier[]>();
  for (const [id, tiers] of entries) if (tiers.length > 0) found.set(id, [...(found.get(id) ?? []), ...tiers]);
  return found;
}
