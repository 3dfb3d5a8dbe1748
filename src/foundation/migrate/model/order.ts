import { migrateErrors } from '../errors.ts';

interface Ordered {
  readonly id: string;
  readonly source: string;
}

/**
 * The order of application: sources as given, inside a source by name, and what is required before what requires it.
 *
 * @param known identities that are applied already
 * @throws PLINTH_MIGRATE_MISSING_REQUIREMENT, PLINTH_MIGRATE_CYCLE
 */
export function orderMigrations<M extends Ordered>(
  migrations: readonly M[],
  requiresOf: (migration: M) => readonly string[],
  known: ReadonlySet<string>,
): M[] {
  const byId = new Map(migrations.map((migration) => [migration.id, migration]));
  const ordered = new Set<M>();
  const visit = (migration: M, path: readonly string[]) => {
    if (ordered.has(migration)) return;
    if (path.includes(migration.id)) throw migrateErrors.CYCLE({ path: [...path.slice(path.indexOf(migration.id)), migration.id] });
    for (const id of requiresOf(migration)) {
      if (known.has(id)) continue;
      const required = byId.get(id);
      if (!required) throw migrateErrors.MISSING_REQUIREMENT({ id: migration.id, requires: id });
      visit(required, [...path, migration.id]);
    }
    ordered.add(migration);
  };
  for (const migration of migrations) visit(migration, []);
  return [...ordered];
}

/** Pending migrations that sort before an applied one of their source: merged late. */
export function lateMigrations<M extends { readonly source: string; readonly name: string }>(
  pending: readonly M[],
  applied: readonly { readonly source: string; readonly name: string }[],
): M[] {
  const last = new Map<string, string>();
  for (const { source, name } of applied) if (name > (last.get(source) ?? '')) last.set(source, name);
  return pending.filter(({ source, name }) => name < (last.get(source) ?? ''));
}

/**
 * For each source how many of `ordered` come before its repeatable objects: its own, and those of all sources before it,
 * because its objects may stand on theirs.
 */
export function objectPositions(sources: readonly string[], ordered: readonly Ordered[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  let position = 0;
  for (const source of sources) {
    position = Math.max(position, ordered.findLastIndex((migration) => migration.source === source) + 1);
    positions.set(source, position);
  }
  return positions;
}
