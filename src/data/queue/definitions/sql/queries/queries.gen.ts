// Made by `npm run generate` from definitions.sql; do not edit.
// sources: ed69fe85c38742423eba433dc086b4e4
import { defineQuery } from '../../../../../kernel/index.ts';

export interface AddTypesParams {
  readonly types: string;
}
export type AddTypesRow = Record<string, never>;
/**
 * A conflict would use up a number; there are 32,767.
 */
export const addTypes = defineQuery<AddTypesParams, AddTypesRow>('queue/definitions.add_types', ['types'], `insert into queue.job_types (name, queue_id, band, max_attempts, payload_version, pausing_findings, unique_fields, unique_scope, unique_ms,
    on_conflict, subject_fields, details)
select t.name, q.id, t.band, t.max_attempts, t.payload_version, t.pausing_findings, t.unique_fields, t.unique_scope, t.unique_ms, t.on_conflict,
  t.subject_fields, t.details
from jsonb_to_recordset($1::jsonb) as t (name text, queue text, band smallint, max_attempts smallint, payload_version smallint,
    pausing_findings text[], unique_fields text[], unique_scope text, unique_ms bigint, on_conflict text, subject_fields jsonb, details text)
  join queue.job_queues q on q.name = t.queue
where not exists (select from queue.job_types k where k.name = t.name)
order by t.name
on conflict do nothing`);

export interface ChangeTypesParams {
  readonly types: string;
}
export type ChangeTypesRow = Record<string, never>;
/**
 * While old and new processes run side by side, the newer payload stands.
 */
export const changeTypes = defineQuery<ChangeTypesParams, ChangeTypesRow>('queue/definitions.change_types', ['types'], `update queue.job_types k
set queue_id = q.id, band = t.band, max_attempts = t.max_attempts, payload_version = greatest(k.payload_version, t.payload_version),
  pausing_findings = t.pausing_findings, unique_fields = t.unique_fields, unique_scope = t.unique_scope, unique_ms = t.unique_ms, on_conflict = t.on_conflict, subject_fields = t.subject_fields, details = t.details,
  updated = now()
from jsonb_to_recordset($1::jsonb) as t (name text, queue text, band smallint, max_attempts smallint, payload_version smallint,
    pausing_findings text[], unique_fields text[], unique_scope text, unique_ms bigint, on_conflict text, subject_fields jsonb, details text)
  join queue.job_queues q on q.name = t.queue
where k.name = t.name
  and (k.queue_id, k.band, k.max_attempts, k.payload_version, k.pausing_findings, k.unique_fields, k.unique_scope, k.unique_ms, k.on_conflict, k.subject_fields, k.details)
    is distinct from (q.id, t.band, t.max_attempts, greatest(k.payload_version, t.payload_version), t.pausing_findings, t.unique_fields, t.unique_scope, t.unique_ms, t.on_conflict,
      t.subject_fields, t.details)`);

export type ListQueuesParams = Record<string, never>;
export interface ListQueuesRow {
  readonly id: number;
  readonly name: string;
  readonly group_name: string;
  readonly pool: string;
  readonly on_overload: string;
}
export const listQueues = defineQuery<ListQueuesParams, ListQueuesRow>('queue/definitions.list_queues', [], `select q.id, q.name, q.group_name, q.pool, q.on_overload from queue.job_queues q order by q.name`);

export type ListTypesParams = Record<string, never>;
export interface ListTypesRow {
  readonly id: number;
  readonly name: string;
  readonly queue_id: number;
  readonly band: number;
  readonly max_attempts: number;
  readonly payload_version: number;
  readonly unique_scope: string | null;
  readonly on_conflict: string | null;
}
export const listTypes = defineQuery<ListTypesParams, ListTypesRow>('queue/definitions.list_types', [], `select t.id, t.name, t.queue_id, t.band, t.max_attempts, t.payload_version, t.unique_scope, t.on_conflict from queue.job_types t`);

export interface DeclareQueueParams {
  readonly name: string;
  readonly options: string;
}
export interface DeclareQueueRow {
  readonly id: number;
}
export const declareQueue = defineQuery<DeclareQueueParams, DeclareQueueRow>('queue/definitions.declare_queue', ['name', 'options'], `select queue.declare_queue($1, $2::jsonb) as "id"`);
