// Made by `npm run generate` from read.sql, savings.sql, subject.sql, write.sql; do not edit.
// sources: 710abeb49e3c99955b82cbc2a894045b
import { defineQuery } from '../../../../kernel/index.ts';

export interface FindObjectParams {
  readonly tenant_id: string;
  readonly id: string;
}
export interface FindObjectRow {
  readonly id: string;
  readonly blob_id: string;
  readonly raw_object_id: string | null;
  readonly kind: string;
  readonly owner_table: string | null;
  readonly owner_id: string | null;
  readonly name: string | null;
  readonly content_type: string | null;
  readonly charset: string | null;
  readonly created: Date;
  readonly sha256: Buffer;
  readonly raw_bytes: number;
  readonly layout: string;
}
export const findObject = defineQuery<FindObjectParams, FindObjectRow>('content.find_object', ['tenant_id', 'id'], `select o.id, o.blob_id, o.raw_object_id, o.kind, o.owner_table, o.owner_id, o.name, o.content_type, o.charset, o.created,
       b.sha256 as "sha256", b.raw_bytes as "raw_bytes", b.layout
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = $1 and o.id = $2`);

export interface ListObjectsParams {
  readonly tenant_id: string;
  readonly after: string | null;
  readonly kind: string | null;
  readonly owner_id: string | null;
  readonly limit: number;
}
export interface ListObjectsRow {
  readonly id: string;
  readonly blob_id: string;
  readonly raw_object_id: string | null;
  readonly kind: string;
  readonly owner_table: string | null;
  readonly owner_id: string | null;
  readonly name: string | null;
  readonly content_type: string | null;
  readonly charset: string | null;
  readonly created: Date;
  readonly sha256: Buffer;
  readonly raw_bytes: number;
  readonly layout: string;
}
/**
 * In order of id, which is the order of putting; after the one given.
 */
export const listObjects = defineQuery<ListObjectsParams, ListObjectsRow>('content.list_objects', ['tenant_id', 'after', 'kind', 'owner_id', 'limit'], `select o.id, o.blob_id, o.raw_object_id, o.kind, o.owner_table, o.owner_id, o.name, o.content_type, o.charset, o.created,
       b.sha256 as "sha256", b.raw_bytes as "raw_bytes", b.layout
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = $1 and ($2::uuid is null or o.id > $2)
   and ($3::text is null or o.kind = $3) and ($4::uuid is null or o.owner_id = $4)
 order by o.id
 limit $5`);

export interface FindFramesParams {
  readonly inline_bytes: number;
  readonly tenant_id: string;
  readonly blob_ids: readonly string[];
}
export interface FindFramesRow {
  readonly blob_id: string;
  readonly frame_number: number;
  readonly raw_bytes: number;
  readonly crc32: number;
  readonly algorithm_id: number;
  readonly bytes: Buffer | null;
}
/**
 * The frames of some blobs in order. Bytes beyond `inline_bytes` stay behind: they are copied one frame at a time.
 */
export const findFrames = defineQuery<FindFramesParams, FindFramesRow>('content.find_frames', ['inline_bytes', 'tenant_id', 'blob_ids'], `select f.blob_id, f.frame_number, f.raw_bytes, f.crc32, f.algorithm_id,
       case when octet_length(f.bytes) <= $1::integer then f.bytes end as "bytes"
  from content.frames f
 where f.tenant_id = $2 and f.blob_id = any ($3::uuid[])
 order by f.blob_id, f.frame_number`);

export interface FindBlobPartsParams {
  readonly tenant_id: string;
  readonly blob_id: string;
}
export interface FindBlobPartsRow {
  readonly part_blob_id: string;
  readonly offset_bytes: number;
  readonly encoded_bytes: number;
  readonly encoding: string;
  readonly raw_bytes: number;
  readonly layout: string;
}
export const findBlobParts = defineQuery<FindBlobPartsParams, FindBlobPartsRow>('content.find_blob_parts', ['tenant_id', 'blob_id'], `select p.part_blob_id, p.offset_bytes, p.encoded_bytes, p.encoding, b.raw_bytes as "raw_bytes", b.layout
  from content.blob_parts p join content.blobs b on b.tenant_id = p.tenant_id and b.id = p.part_blob_id
 where p.tenant_id = $1 and p.blob_id = $2
 order by p.position`);

export interface ListReadableParams {
  readonly tenant_id: string;
  readonly after: string | null;
}
export interface ListReadableRow {
  readonly blob_id: string;
  readonly id: string;
}
/**
 * An object for each blob that is not known to be damaged, in order of the blobs; after the one given.
 */
export const listReadable = defineQuery<ListReadableParams, ListReadableRow>('content.list_readable', ['tenant_id', 'after'], `select distinct on (o.blob_id) o.blob_id, o.id
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = $1 and b.damaged is null and ($2::uuid is null or o.blob_id > $2)
 order by o.blob_id, o.id
 limit 200`);

export type BytesByTenantParams = Record<string, never>;
export interface BytesByTenantRow {
  readonly tenant_id: string;
  readonly bytes: number;
}
export const bytesByTenant = defineQuery<BytesByTenantParams, BytesByTenantRow>('content.bytes_by_tenant', [], `select b.tenant_id, sum(b.raw_bytes)::int8 as "bytes" from content.blobs b where b.sha256 is not null group by b.tenant_id`);

export interface CountKeptParams {
  readonly tenant_id: string;
}
export interface CountKeptRow {
  readonly objects: number;
  readonly blobs: number;
  readonly bytes: number;
}
export const countKept = defineQuery<CountKeptParams, CountKeptRow>('content.count_kept', ['tenant_id'], `select (select count(*) from content.objects o where o.tenant_id = $1) as "objects", count(*) as "blobs",
       coalesce(sum(b.raw_bytes), 0)::int8 as "bytes"
  from content.blobs b where b.tenant_id = $1 and b.sha256 is not null`);

export interface SavingsByKindParams {
  readonly tenant_id: string | null;
}
export interface SavingsByKindRow {
  readonly kind: string;
  readonly objects: number;
  readonly blobs: number;
  readonly raw_bytes: number;
  readonly given_bytes: number;
  readonly unique_bytes: number;
  readonly stored_bytes: number;
}
/**
 * A blob counts once, under the first kind in alphabetical order among its objects; one that only a recipe needs, under raw.
 */
export const savingsByKind = defineQuery<SavingsByKindParams, SavingsByKindRow>('content.savings_by_kind', ['tenant_id'], `with sizes as (
  select f.tenant_id, f.blob_id, sum(f.raw_bytes) as unique_bytes, sum(octet_length(f.bytes)) as stored_bytes
    from content.frames f where $1::uuid is null or f.tenant_id = $1 group by 1, 2
), uses as (
  select o.tenant_id, o.blob_id, min(o.kind) as kind
    from content.objects o where $1::uuid is null or o.tenant_id = $1 group by 1, 2
), kept as (
  select coalesce(u.kind, 'raw') as kind, count(*) as blobs, sum(s.unique_bytes) as unique_bytes, sum(s.stored_bytes) as stored_bytes
    from content.blobs b left join uses u on u.tenant_id = b.tenant_id and u.blob_id = b.id
         left join sizes s on s.tenant_id = b.tenant_id and s.blob_id = b.id
   where b.sha256 is not null and ($1::uuid is null or b.tenant_id = $1)
   group by 1
), given as (
  select o.kind, count(*) as objects, sum(b.raw_bytes) as raw_bytes, sum(b.raw_bytes) filter (where o.raw_object_id is null) as given_bytes
    from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
   where $1::uuid is null or o.tenant_id = $1
   group by 1
)
select coalesce(g.kind, k.kind) as "kind", coalesce(g.objects, 0)::int8 as objects, coalesce(k.blobs, 0)::int8 as blobs,
       coalesce(g.raw_bytes, 0)::int8 as raw_bytes, coalesce(g.given_bytes, 0)::int8 as given_bytes,
       coalesce(k.unique_bytes, 0)::int8 as unique_bytes, coalesce(k.stored_bytes, 0)::int8 as stored_bytes
  from given g full join kept k on k.kind = g.kind
 order by 1`);

export interface LargestObjectsParams {
  readonly tenant_id: string;
}
export interface LargestObjectsRow {
  readonly id: string;
  readonly name: string | null;
  readonly kind: string;
  readonly content_type: string | null;
  readonly raw_bytes: number;
  readonly stored_bytes: number;
}
/**
 * Stored bytes of a raw message are those of its own frames; its parts are objects of their own.
 */
export const largestObjects = defineQuery<LargestObjectsParams, LargestObjectsRow>('content.largest_objects', ['tenant_id'], `select o.id, o.name, o.kind, o.content_type, b.raw_bytes as "raw_bytes",
       (select coalesce(sum(octet_length(f.bytes)), 0)::int8 from content.frames f where f.tenant_id = b.tenant_id and f.blob_id = b.id)
         as "stored_bytes"
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = $1
 order by b.raw_bytes desc, o.id
 limit 10`);

export interface MostSharedBlobsParams {
  readonly tenant_id: string;
}
export interface MostSharedBlobsRow {
  readonly id: string;
  readonly raw_bytes: number;
  readonly references: number;
  readonly name: string | null;
  readonly content_type: string | null;
}
export const mostSharedBlobs = defineQuery<MostSharedBlobsParams, MostSharedBlobsRow>('content.most_shared_blobs', ['tenant_id'], `select b.id, b.raw_bytes as "raw_bytes", count(*) as references, min(o.name) as "name", min(o.content_type) as "content_type"
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = $1
 group by b.tenant_id, b.id, b.raw_bytes
having count(*) > 1
 order by count(*) * b.raw_bytes desc, b.id
 limit 10`);

export type StoreSizeParams = Record<string, never>;
export interface StoreSizeRow {
  readonly disk_bytes: number;
  readonly stored_bytes: number;
}
/**
 * The whole store with row overhead, indexes and TOAST, and all stored bytes: a tenant's disk is its share of them.
 */
export const storeSize = defineQuery<StoreSizeParams, StoreSizeRow>('content.store_size', [], `select (select sum(pg_total_relation_size(t.name::regclass))::int8
          from unnest(array['content.objects', 'content.blobs', 'content.frames', 'content.blob_parts']) as t (name)) as "disk_bytes",
       (select coalesce(sum(octet_length(f.bytes)), 0)::int8 from content.frames f) as "stored_bytes"`);

export interface ListOwnedObjectsParams {
  readonly owner_tables: readonly string[];
  readonly owner_ids: readonly string[];
}
export interface ListOwnedObjectsRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly blob_id: string;
  readonly raw_object_id: string | null;
  readonly kind: string;
  readonly owner_table: string | null;
  readonly owner_id: string | null;
  readonly name: string | null;
  readonly content_type: string | null;
  readonly charset: string | null;
  readonly created: Date;
  readonly is_shared: boolean;
}
/**
 * Objects of some rows in order of id; `is_shared`: their bytes stay, because an object or a recipe of another owner has the same.
 */
export const listOwnedObjects = defineQuery<ListOwnedObjectsParams, ListOwnedObjectsRow>('content.list_owned_objects', ['owner_tables', 'owner_ids'], `with owners as (
  select w.owner_table, w.owner_id from unnest($1::text[], $2::uuid[]) as w (owner_table, owner_id)
)
select o.tenant_id, o.id, o.blob_id, o.raw_object_id, o.kind, o.owner_table, o.owner_id, o.name, o.content_type, o.charset, o.created,
       exists (
         select from content.objects p
          where p.blob_id = o.blob_id and p.tenant_id = o.tenant_id
            and not exists (select from owners w where w.owner_table = p.owner_table and w.owner_id = p.owner_id)
       ) or exists (
         select from content.blob_parts b join content.objects p on p.blob_id = b.blob_id and p.tenant_id = b.tenant_id
          where b.part_blob_id = o.blob_id and b.tenant_id = o.tenant_id
            and not exists (select from owners w where w.owner_table = p.owner_table and w.owner_id = p.owner_id)
       ) as "is_shared"
  from owners w join content.objects o on o.owner_id = w.owner_id and o.owner_table = w.owner_table
 order by o.id`);

export interface InsertBlobsParams {
  readonly tenant_id: string;
  readonly sha256s: Buffer;
  readonly ids: readonly string[];
  readonly raw_bytes: readonly number[];
  readonly layouts: readonly string[];
}
export interface InsertBlobsRow {
  readonly id: string;
}
/**
 * Publishes blobs; those whose bytes the tenant has already are not among the ids returned. `sha256s` holds 32 bytes
 * for each of them, in one value: the driver would send an array of bytea as hexadecimal text. Given in order of
 * their hash, so that two writers never wait for each other in a circle.
 */
export const insertBlobs = defineQuery<InsertBlobsParams, InsertBlobsRow>('content.insert_blobs', ['tenant_id', 'sha256s', 'ids', 'raw_bytes', 'layouts'], `insert into content.blobs (tenant_id, id, sha256, raw_bytes, layout)
select $1, b.id, substring($2::bytea from (b.ordinality::integer - 1) * 32 + 1 for 32), b.raw_bytes, b.layout
  from unnest($3::uuid[], $4::int8[], $5::text[]) with ordinality as b (id, raw_bytes, layout, ordinality)
 order by b.ordinality
on conflict (tenant_id, sha256) do nothing
returning id`);

export interface HoldBlobsParams {
  readonly tenant_id: string;
  readonly sha256s: readonly Buffer[];
}
export interface HoldBlobsRow {
  readonly id: string;
  readonly sha256: Buffer;
  readonly raw_bytes: number;
  readonly layout: string;
  readonly is_damaged: boolean;
  readonly is_stale: boolean;
}
/**
 * Blobs by hash, held against removal until the end of the transaction. Stale: not verified for 30 days.
 */
export const holdBlobs = defineQuery<HoldBlobsParams, HoldBlobsRow>('content.hold_blobs', ['tenant_id', 'sha256s'], `select b.id, b.sha256 as "sha256", b.raw_bytes as "raw_bytes", b.layout,
       b.damaged is not null as is_damaged, b.verified < now() - interval '30 days' as "is_stale"
  from content.blobs b
 where b.tenant_id = $1 and b.sha256 = any ($2::bytea[])
 order by b.sha256
   for key share`);

export interface InsertFramesParams {
  readonly tenant_id: string;
  readonly bytes: Buffer;
  readonly blob_ids: readonly string[];
  readonly frame_numbers: readonly number[];
  readonly raw_bytes: readonly number[];
  readonly crc32s: readonly number[];
  readonly algorithm_ids: readonly number[];
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}
export type InsertFramesRow = Record<string, never>;
/**
 * `bytes` holds the stored bytes of all frames one after another; `starts` counts from 1.
 */
export const insertFrames = defineQuery<InsertFramesParams, InsertFramesRow>('content.insert_frames', ['tenant_id', 'bytes', 'blob_ids', 'frame_numbers', 'raw_bytes', 'crc32s', 'algorithm_ids', 'starts', 'lengths'], `insert into content.frames (tenant_id, blob_id, frame_number, raw_bytes, crc32, algorithm_id, bytes)
select $1, f.blob_id, f.frame_number, f.raw_bytes, f.crc32, f.algorithm_id, substring($2::bytea from f.start for f.length)
  from unnest($3::uuid[], $4::integer[], $5::integer[], $6::integer[], $7::smallint[],
              $8::integer[], $9::integer[])
       as f (blob_id, frame_number, raw_bytes, crc32, algorithm_id, start, length)`);

export interface InsertBlobPartsParams {
  readonly tenant_id: string;
  readonly blob_ids: readonly string[];
  readonly positions: readonly number[];
  readonly part_blob_ids: readonly string[];
  readonly offset_bytes: readonly number[];
  readonly encoded_bytes: readonly number[];
  readonly encodings: readonly string[];
}
export type InsertBlobPartsRow = Record<string, never>;
export const insertBlobParts = defineQuery<InsertBlobPartsParams, InsertBlobPartsRow>('content.insert_blob_parts', ['tenant_id', 'blob_ids', 'positions', 'part_blob_ids', 'offset_bytes', 'encoded_bytes', 'encodings'], `insert into content.blob_parts (tenant_id, blob_id, position, part_blob_id, offset_bytes, encoded_bytes, encoding)
select $1, p.blob_id, p.position, p.part_blob_id, p.offset_bytes, p.encoded_bytes, p.encoding
  from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::integer[], $6::integer[],
              $7::text[])
       as p (blob_id, position, part_blob_id, offset_bytes, encoded_bytes, encoding)`);

export interface InsertObjectsParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
  readonly kinds: readonly string[];
  readonly blob_ids: readonly string[];
  readonly raw_object_ids: readonly string[];
  readonly owner_ids: readonly string[];
  readonly owner_tables: readonly string[];
  readonly names: readonly string[];
  readonly content_types: readonly string[];
  readonly charsets: readonly string[];
  readonly created: readonly Date[];
}
export type InsertObjectsRow = Record<string, never>;
/**
 * Empty text stands for null.
 */
export const insertObjects = defineQuery<InsertObjectsParams, InsertObjectsRow>('content.insert_objects', ['tenant_id', 'ids', 'kinds', 'blob_ids', 'raw_object_ids', 'owner_ids', 'owner_tables', 'names', 'content_types', 'charsets', 'created'], `insert into content.objects (tenant_id, id, kind, blob_id, raw_object_id, owner_id, owner_table, name, content_type, charset, created)
select $1, o.id, o.kind, o.blob_id, nullif(o.raw_object_id, '')::uuid, nullif(o.owner_id, '')::uuid, nullif(o.owner_table, ''),
       nullif(o.name, ''), nullif(o.content_type, ''), nullif(o.charset, ''), o.created
  from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::text[], $10::text[], $11::timestamptz[])
       as o (id, kind, blob_id, raw_object_id, owner_id, owner_table, name, content_type, charset, created)`);

export interface PutObjectParams {
  readonly tenant_id: string;
  readonly blob_id: string;
  readonly sha256: Buffer;
  readonly raw_bytes: number;
  readonly crc32: number;
  readonly algorithm_id: number;
  readonly bytes: Buffer;
  readonly object_id: string;
  readonly kind: string;
  readonly owner_id: string | null;
  readonly owner_table: string | null;
  readonly name: string | null;
  readonly content_type: string | null;
  readonly charset: string | null;
  readonly created: Date;
}
export interface PutObjectRow {
  readonly blob_id: string;
}
/**
 * One object of one frame whose bytes are new to the tenant, in one round trip. No row: the tenant has the bytes already
 * and nothing was written.
 */
export const putObject = defineQuery<PutObjectParams, PutObjectRow>('content.put_object', ['tenant_id', 'blob_id', 'sha256', 'raw_bytes', 'crc32', 'algorithm_id', 'bytes', 'object_id', 'kind', 'owner_id', 'owner_table', 'name', 'content_type', 'charset', 'created'], `with blob as (
  insert into content.blobs (tenant_id, id, sha256, raw_bytes, layout)
  values ($1, $2, $3, $4::integer, 'bytes')
  on conflict (tenant_id, sha256) do nothing
  returning tenant_id, id
), frame as (
  insert into content.frames (tenant_id, blob_id, frame_number, raw_bytes, crc32, algorithm_id, bytes)
  select b.tenant_id, b.id, 0, $4::integer, $5, $6, $7 from blob b
)
insert into content.objects (tenant_id, id, kind, blob_id, owner_id, owner_table, name, content_type, charset, created)
select b.tenant_id, $8, $9, b.id, $10, $11, $12, $13, $14, $15 from blob b
returning blob_id`);

export interface BeginUploadParams {
  readonly tenant_id: string;
  readonly id: string;
}
export type BeginUploadRow = Record<string, never>;
export const beginUpload = defineQuery<BeginUploadParams, BeginUploadRow>('content.begin_upload', ['tenant_id', 'id'], `insert into content.blobs (tenant_id, id, layout) values ($1, $2, 'bytes')`);

export interface TouchUploadParams {
  readonly tenant_id: string;
  readonly id: string;
}
export type TouchUploadRow = Record<string, never>;
/**
 * Keeps an upload from the sweep. No row: it was swept, nothing more may be staged.
 */
export const touchUpload = defineQuery<TouchUploadParams, TouchUploadRow>('content.touch_upload', ['tenant_id', 'id'], `update content.blobs set stored = now() where tenant_id = $1 and id = $2 and sha256 is null`);

export interface PublishUploadParams {
  readonly sha256: Buffer;
  readonly raw_bytes: number;
  readonly tenant_id: string;
  readonly id: string;
}
export type PublishUploadRow = Record<string, never>;
export const publishUpload = defineQuery<PublishUploadParams, PublishUploadRow>('content.publish_upload', ['sha256', 'raw_bytes', 'tenant_id', 'id'], `update content.blobs set sha256 = $1, raw_bytes = $2, stored = now(), verified = now()
 where tenant_id = $3 and id = $4 and sha256 is null`);

export interface AdoptFramesParams {
  readonly blob_id: string;
  readonly tenant_id: string;
  readonly upload_id: string;
}
export type AdoptFramesRow = Record<string, never>;
/**
 * Moves the frames of an upload to the blob it repairs.
 */
export const adoptFrames = defineQuery<AdoptFramesParams, AdoptFramesRow>('content.adopt_frames', ['blob_id', 'tenant_id', 'upload_id'], `update content.frames set blob_id = $1 where tenant_id = $2 and blob_id = $3`);

export interface AbandonUploadParams {
  readonly tenant_id: string;
  readonly id: string;
}
export type AbandonUploadRow = Record<string, never>;
export const abandonUpload = defineQuery<AbandonUploadParams, AbandonUploadRow>('content.abandon_upload', ['tenant_id', 'id'], `delete from content.blobs where tenant_id = $1 and id = $2 and sha256 is null`);

export type SweepUploadsParams = Record<string, never>;
export type SweepUploadsRow = Record<string, never>;
/**
 * Of all tenants, for the owner.
 */
export const sweepUploads = defineQuery<SweepUploadsParams, SweepUploadsRow>('content.sweep_uploads', [], `delete from content.blobs b
 using (select s.tenant_id, s.id from content.blobs s
         where s.sha256 is null and s.stored < now() - interval '1 hour'
         order by s.stored limit 10 for update skip locked) as abandoned
 where b.tenant_id = abandoned.tenant_id and b.id = abandoned.id`);

export interface ClearFramesParams {
  readonly tenant_id: string;
  readonly blob_ids: readonly string[];
}
export type ClearFramesRow = Record<string, never>;
export const clearFrames = defineQuery<ClearFramesParams, ClearFramesRow>('content.clear_frames', ['tenant_id', 'blob_ids'], `delete from content.frames where tenant_id = $1 and blob_id = any ($2::uuid[])`);

export interface ClearPartsParams {
  readonly tenant_id: string;
  readonly blob_ids: readonly string[];
}
export interface ClearPartsRow {
  readonly part_blob_id: string;
}
/**
 * What it gives may be needed by nobody any more.
 */
export const clearParts = defineQuery<ClearPartsParams, ClearPartsRow>('content.clear_parts', ['tenant_id', 'blob_ids'], `delete from content.blob_parts where tenant_id = $1 and blob_id = any ($2::uuid[]) returning part_blob_id`);

export interface MarkVerifiedParams {
  readonly ids: readonly string[];
  readonly layouts: readonly string[];
  readonly tenant_id: string;
}
export type MarkVerifiedRow = Record<string, never>;
export const markVerified = defineQuery<MarkVerifiedParams, MarkVerifiedRow>('content.mark_verified', ['ids', 'layouts', 'tenant_id'], `update content.blobs b set verified = now(), damaged = null, layout = v.layout
  from unnest($1::uuid[], $2::text[]) as v (id, layout)
 where b.tenant_id = $3 and b.id = v.id`);

export interface MarkDamagedParams {
  readonly tenant_id: string;
  readonly id: string;
}
export type MarkDamagedRow = Record<string, never>;
export const markDamaged = defineQuery<MarkDamagedParams, MarkDamagedRow>('content.mark_damaged', ['tenant_id', 'id'], `update content.blobs set damaged = now() where tenant_id = $1 and id = $2 and damaged is null`);

export interface DeleteObjectsParams {
  readonly tenant_id: string;
  readonly id: string;
}
export interface DeleteObjectsRow {
  readonly id: string;
  readonly blob_id: string;
}
/**
 * An object and, of a raw message, the parts that were found in it.
 */
export const deleteObjects = defineQuery<DeleteObjectsParams, DeleteObjectsRow>('content.delete_objects', ['tenant_id', 'id'], `delete from content.objects where tenant_id = $1 and (id = $2 or raw_object_id = $2) returning id, blob_id`);

export interface LockBlobsParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
}
export interface LockBlobsRow {
  readonly id: string;
}
/**
 * Against writers who are about to refer to them.
 */
export const lockBlobs = defineQuery<LockBlobsParams, LockBlobsRow>('content.lock_blobs', ['tenant_id', 'ids'], `select b.id from content.blobs b where b.tenant_id = $1 and b.id = any ($2::uuid[]) order by b.id for update`);

export interface FindPartBlobsParams {
  readonly tenant_id: string;
  readonly blob_ids: readonly string[];
}
export interface FindPartBlobsRow {
  readonly part_blob_id: string;
}
export const findPartBlobs = defineQuery<FindPartBlobsParams, FindPartBlobsRow>('content.find_part_blobs', ['tenant_id', 'blob_ids'], `select distinct p.part_blob_id from content.blob_parts p where p.tenant_id = $1 and p.blob_id = any ($2::uuid[])`);

export interface DeleteUnneededBlobsParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
}
export interface DeleteUnneededBlobsRow {
  readonly id: string;
}
export const deleteUnneededBlobs = defineQuery<DeleteUnneededBlobsParams, DeleteUnneededBlobsRow>('content.delete_unneeded_blobs', ['tenant_id', 'ids'], `delete from content.blobs b
 where b.tenant_id = $1 and b.id = any ($2::uuid[])
   and not exists (select from content.objects o where o.tenant_id = b.tenant_id and o.blob_id = b.id)
   and not exists (select from content.blob_parts p where p.tenant_id = b.tenant_id and p.part_blob_id = b.id)
returning b.id`);

export interface SumKeptParams {
  readonly tenant_id: string;
}
export interface SumKeptRow {
  readonly kept_bytes: number;
}
/**
 * For the owner; uploads in progress are counted too.
 */
export const sumKept = defineQuery<SumKeptParams, SumKeptRow>('content.sum_kept', ['tenant_id'], `select coalesce(sum(f.raw_bytes), 0)::int8 as "kept_bytes" from content.frames f where f.tenant_id = $1`);
