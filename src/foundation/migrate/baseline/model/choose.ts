import type { Tier } from '../../../../kernel/index.ts';
import type { MigrationFile, SourceFiles } from '../../model/migration.ts';
import { isInRelease } from '../../model/plan-file.ts';

/** What a request takes for there. */
export type Target =
  | { readonly kind: 'products' }
  | { readonly kind: 'source'; readonly source: string }
  | { readonly kind: 'until'; readonly source: string; readonly name: string }
  /** `entries`: `tier/name`. */
  | { readonly kind: 'entries'; readonly source: string; readonly entries: ReadonlySet<string> };

/** One database as far as the choice is concerned. */
export interface Place {
  readonly tiers: readonly Tier[];
  readonly schemas: ReadonlySet<string>;
  /** `tier:source/name` of what is recorded as there. */
  readonly recorded: ReadonlySet<string>;
}

/** The target a person named, or undefined where nothing has that name. */
export function readTarget(
  to: string | undefined,
  files: readonly SourceFiles[],
  releases: readonly { readonly name: string; readonly source: string; readonly entries: readonly string[] }[],
): Target | undefined {
  if (to === undefined) return { kind: 'products' };
  const release = releases.find(({ name }) => name === to);
  if (release) return { kind: 'entries', source: release.source, entries: new Set(release.entries) };
  if (files.some(({ name }) => name === to)) return { kind: 'source', source: to };
  const file = files.flatMap(({ migrations }) => migrations).find(({ id }) => id === to);
  return file && { kind: 'until', source: file.source, name: file.name };
}

/**
 * What a database is to be given records of, in the order of the files. A capability comes along whole where its schema is there and
 * nothing of it is recorded: a schema is named as the capability it belongs to.
 */
export function chooseBaseline(
  files: readonly SourceFiles[],
  place: Place,
  target: Target,
  products: ReadonlySet<string>,
): MigrationFile[] {
  return files.flatMap(({ name, migrations }) => {
    const here = migrations.filter(({ tiers }) => tiers.some((tier) => place.tiers.includes(tier)));
    const isRecorded = ({ id, tiers }: MigrationFile) => tiers.some((tier) => place.recorded.has(`${tier}:${id}`));
    const isThere = !products.has(name) && place.schemas.has(name) && !here.some(isRecorded);
    return here.filter((file) => !isRecorded(file) && (isThere || isTargeted(file, target, products, place.tiers)));
  });
}

function isTargeted(
  { source, name, replaces }: MigrationFile,
  target: Target,
  products: ReadonlySet<string>,
  tiers: readonly Tier[],
): boolean {
  if (target.kind === 'products') return products.has(source);
  if (source !== target.source) return false;
  if (target.kind === 'source') return true;
  if (target.kind === 'until') return name <= target.name;
  return tiers.some((tier) => {
    const listed = replaces?.map((id) => `${tier}/${id.slice(source.length + 1)}`);
    return isInRelease({ id: `${tier}/${name}`, ...(listed && { replaces: listed }) }, target.entries);
  });
}
