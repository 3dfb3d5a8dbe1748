// Made by `npm run generate` from documents.sql; do not edit.
// sources: 429b7b26ca0df5d007a971d3e323c1c7
import { defineQuery } from '../../../../../kernel/index.ts';

export interface RecordDocumentsParams {
  readonly paths: readonly string[];
  readonly schema_sha256: string;
}
export type RecordDocumentsRow = Record<string, never>;
/**
 * Documents that agree are recorded, all others forgotten: what was right once is not right now.
 */
export const recordDocuments = defineQuery<RecordDocumentsParams, RecordDocumentsRow>('migrate/documents.record_documents', ['paths', 'schema_sha256'], `with forgotten as (
  delete from migrate.document_states where path <> all($1::text[])
)
insert into migrate.document_states (path, schema_sha256)
select unnest($1::text[]), $2
on conflict (path) do update set schema_sha256 = excluded.schema_sha256, checked = now()`);

export type ListDocumentsParams = Record<string, never>;
export interface ListDocumentsRow {
  readonly path: string;
  readonly schema_sha256: string;
  readonly checked: Date;
}
export const listDocuments = defineQuery<ListDocumentsParams, ListDocumentsRow>('migrate/documents.list_documents', [], `select path, schema_sha256, checked from migrate.document_states order by path`);
