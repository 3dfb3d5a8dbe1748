import type { SubjectLink } from '../types.ts';

/** A foreign key. */
export interface Reference {
  /** `schema.table`. */
  readonly child: string;
  readonly parent: string;
  /** The column that tells the row, `tenant_id` aside; undefined where there are several. */
  readonly column: string | undefined;
  readonly parentColumn: string | undefined;
  /** `pg_constraint.confdeltype`. */
  readonly onDelete: string;
}

/** A link nobody declared. */
export interface Implied {
  readonly link: SubjectLink;
  readonly implied: string;
  /** Found rows forbid that rows of this table are deleted. */
  readonly blocks?: string;
  readonly isClassified?: boolean;
}

const isBlocking = (reference: Reference) => reference.onDelete === 'a' || reference.onDelete === 'r';

/**
 * What follows from deleting the rows of `parent`: rows that a cascade takes along are found, counted and deleted like all others, and rows
 * that would be in the way become known. Undefined where nothing follows: the child has a link of its own, or its reference is set to null.
 */
export function consequence(parent: SubjectLink, reference: Reference): { kind: string; follows: Implied } | undefined {
  const { column, parentColumn, child } = reference;
  const isCascade = reference.onDelete === 'c';
  if (column === undefined || parentColumn === undefined || !(isCascade || isBlocking(reference))) return undefined;
  const [schema = '', table = ''] = child.split('.');
  const kind = parent.yields?.[parentColumn] ?? `${reference.parent}.${parentColumn}`;
  const place = { tier: parent.tier, schema, table, matches: { [column]: kind } };
  return isCascade
    ? { kind, follows: { link: { ...place, method: 'delete' }, implied: `goes with its row of ${reference.parent}` } }
    : {
        kind,
        follows: {
          link: { ...place, method: 'keep', reason: `refers to ${reference.parent}` },
          implied: `refers to ${reference.parent}`,
          blocks: reference.parent,
        },
      };
}

/** Children before what they refer to, so that no key is violated on the way; among equals as given. */
export function childrenFirst<T>(tables: readonly T[], nameOf: (table: T) => string, references: readonly Reference[]): readonly T[] {
  const byName = new Map(tables.map((table) => [nameOf(table), table]));
  const ordered: T[] = [];
  const seen = new Set<string>();
  const visit = (name: string) => {
    const table = byName.get(name);
    if (table === undefined || seen.has(name)) return;
    seen.add(name);
    for (const { child, parent } of references) if (parent === name) visit(child);
    ordered.push(table);
  };
  for (const table of tables) visit(nameOf(table));
  return ordered;
}

/** What is in the way of deleting the rows of the reference's parent: the child's own link would leave its rows there. */
export const isInTheWay = (reference: Reference, child: SubjectLink): boolean =>
  child.method !== 'delete' && (isBlocking(reference) || reference.onDelete === 'c');
