import type { MigrationOptions } from './migration.ts';

/** A pending migration, as far as waiting goes. */
export interface Waiting {
  readonly id: string;
  readonly source: string;
  readonly options: Pick<MigrationOptions, 'phase' | 'requires'>;
}

/**
 * Which pending migrations wait, and for which other: those that require an unfinished backfill or something that waits itself, and
 * those of phase `contract`, which wait for every backfill of their source, because what they take away may still be read.
 *
 * @param pending in the order of application
 * @param unfinished `source/name` of applied migrations whose backfills are not through
 */
export function heldBack(pending: readonly Waiting[], unfinished: ReadonlySet<string>): ReadonlyMap<string, string> {
  const open = new Set(unfinished);
  const held = new Map<string, string>();
  for (const { id, source, options } of pending) {
    const required = options.requires.find((one) => open.has(one) || held.has(one));
    const backfill = options.phase === 'contract' ? [...open].find((one) => one.startsWith(`${source}/`)) : undefined;
    const cause = required ?? backfill;
    if (cause !== undefined) held.set(id, cause);
    else if (options.phase === 'backfill') open.add(id);
  }
  return held;
}
