/** One property of the catalog that is not the same before and after; of migrate's snapshots. */
export interface CatalogDifference {
  readonly identity: string;
  readonly kind: string;
  /** The relation it belongs to, or the object itself. */
  readonly on: string;
  readonly change: string;
  readonly path?: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** What a swap is about: differences in it are wanted. Names qualified and quoted where SQL needs it. */
export interface Declared {
  /** `schema.table`. */
  readonly table: string;
  /** Partitions that come or go, with all that is on them. */
  readonly parts: readonly string[];
  /** Primary key that gets the column of the cut. */
  readonly primaryKey?: string;
  /** Index that was built for the conversion. */
  readonly keyIndex?: string;
  /** Unique indexes and constraints, by identity, whose work claims do now. */
  readonly claimed: readonly string[];
  /** Bound to the new table after the swap. */
  readonly materializedViews: readonly string[];
}

/** Differences nobody asked for, in words; empty when there are none. A swap that has some is not made. */
export function undeclared(differences: readonly CatalogDifference[], declared: Declared): readonly string[] {
  return differences.filter((difference) => !isDeclared(difference, declared)).map(inWords);
}

function isDeclared({ identity, kind, on, change, path, expected, actual }: CatalogDifference, declared: Declared): boolean {
  const { table, parts, primaryKey, keyIndex, claimed, materializedViews } = declared;
  if (parts.includes(on)) return true;
  if (change === 'removed' && claimed.includes(identity)) return true;
  if (kind === 'trigger' && on === table && identity.startsWith('trigger plinth_sync_')) return true;
  if (kind === 'constraint' && on === table && identity.startsWith('constraint plinth_')) return true;
  if (kind === 'index' && keyIndex !== undefined && identity === `index ${keyIndex}`) return true;
  // Storage options are the partitions' now.
  if (kind === 'table' && on === table) return path === 'partitionKey' || path === 'options';
  if (kind === 'constraint' && on === table && primaryKey !== undefined && identity === `constraint ${primaryKey} on ${table}`) {
    return path === 'definition';
  }
  if (kind === 'index' && on === table && path === 'definition') return withoutOnly(expected) === withoutOnly(actual);
  // A foreign key to a partitioned table has a shadow for each of its partitions.
  if (kind === 'constraint' && change !== 'changed') {
    const shadow = (expected ?? actual) as { readonly isInherited?: boolean; readonly references?: string } | undefined;
    if (shadow?.isInherited && shadow.references && parts.includes(shadow.references)) return true;
  }
  // Of another table: the foreign key to this one is checked again after the swap.
  if (kind === 'constraint' && path === 'isNotValid') return change === 'changed' && on !== table;
  return kind === 'materialized view' && path === 'definition' && materializedViews.includes(on);
}

// How the server prints the index of a partitioned table.
const withoutOnly = (definition: unknown) => String(definition).replace(' ON ONLY ', ' ON ');

function inWords({ identity, change, path, expected, actual }: CatalogDifference): string {
  if (change === 'added' || change === 'removed') return `${identity} would be ${change}`;
  const value = (one: unknown) => (one === undefined ? 'nothing' : JSON.stringify(one));
  return `${identity}: ${path ?? change} would be ${value(actual)} instead of ${value(expected)}`;
}
