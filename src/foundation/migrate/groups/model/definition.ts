import { literal } from '../../model/sql-text.ts';

/**
 * What a group is made of, as it lies in `migrate.groups.definition`. All of it is SQL over the table, written when the group was
 * generated and reviewed with the migration that expands it: nothing is invented later.
 */
export interface GroupDefinition {
  /** `schema.table` whose rows are filled and compared. */
  readonly table: string;
  /** `schema.table[.column]` of the sides, for people and documents. Equal where only a rule is added. */
  readonly old: readonly string[];
  readonly new: readonly string[];
  /**
   * Column → expression, set on rows for which `needed` holds, which is false afterwards; or the statement of a backfill. Absent: nothing
   * to fill.
   */
  readonly fill?: { readonly columns: Readonly<Record<string, string>>; readonly needed: string } | { readonly statement: string };
  /** The command that fills the rows, where no statement can: the new side is made outside of the database. */
  readonly filledBy?: string;
  /** Run after the rows are filled, each committed by itself and decided by the catalog: done is not done again. */
  readonly finish: readonly string[];
  /** Holds for a row on which the two sides disagree. Absent: `finish` proves it (a validated constraint). */
  readonly mismatch?: string;
  /** Ends the old side, in one transaction. None: nothing is left over and the group ends with its switch. */
  readonly contract: readonly string[];
  /** LIKE pattern of `application_name` of the version that uses the old side. Absent: any session older than the switch may be one. */
  readonly oldSessions?: string;
}

/** The statement by which a migration declares its group; harmless when it is run again. */
export function declareGroup(name: string, recipe: string, definition: GroupDefinition): string {
  return `-- plinth:allow L77 the runner sees all rows
-- @idempotent
insert into migrate.groups (name, recipe, is_born_empty, definition)
select ${literal(name)}, ${literal(recipe)}, not exists (select from ${definition.table}), $group$${JSON.stringify(definition, null, 2)}$group$
on conflict on constraint groups_name_key do nothing;
`;
}

export const undeclareGroup = (name: string) => `delete from migrate.groups where name = ${literal(name)};\n`;
