// Made by `npm run generate` from trash.sql; do not edit.
// sources: 2da11ecf2f787a3cedf8785ce817fab7
import { defineQuery } from '../../../../../kernel/index.ts';

export type HasTrashParams = Record<string, never>;
export interface HasTrashRow {
  readonly exists: boolean;
}
export const hasTrash = defineQuery<HasTrashParams, HasTrashRow>('migrate/trash.has_trash', [], `select pg_catalog.to_regclass('migrate.trash') is not null as "exists"`);

export type ListTrashParams = Record<string, never>;
export interface ListTrashRow {
  readonly id: string;
  readonly kind: string;
  readonly original: string;
  readonly rows_kept: number | null;
  readonly created: Date;
  readonly expires: Date;
  readonly is_expired: boolean;
}
/**
 * What can be brought back; what was is left out.
 */
export const listTrash = defineQuery<ListTrashParams, ListTrashRow>('migrate/trash.list_trash', [], `select id, kind, original, rows_kept, created, expires, expires <= now() as "is_expired"
  from migrate.trash
 where restored is null and dropped is null
 order by created desc`);

export interface FindTrashParams {
  readonly name: string;
}
export interface FindTrashRow {
  readonly id: string;
  readonly original: string;
}
/**
 * By id, or the newest of that name.
 */
export const findTrash = defineQuery<FindTrashParams, FindTrashRow>('migrate/trash.find_trash', ['name'], `select id, original from migrate.trash
 where restored is null and dropped is null and (id::text = $1 or original = $1)
 order by created desc limit 1`);

export interface RestoreTrashParams {
  readonly id: string;
}
export interface RestoreTrashRow {
  readonly open_checks: unknown;
}
export const restoreTrash = defineQuery<RestoreTrashParams, RestoreTrashRow>('migrate/trash.restore_trash', ['id'], `select migrate.restore_trash($1::uuid) as "open_checks"`);

export interface DropTrashParams {
  readonly id: string;
}
export interface DropTrashRow {
  readonly is_dropped: boolean;
}
export const dropTrash = defineQuery<DropTrashParams, DropTrashRow>('migrate/trash.drop_trash', ['id'], `select migrate.drop_trash($1::uuid) as "is_dropped"`);
