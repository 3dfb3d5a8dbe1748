-- name: insert_blobs
-- Publishes blobs; those whose bytes the tenant has already are not among the ids returned. `sha256s` holds 32 bytes
-- for each of them, in one value: the driver would send an array of bytea as hexadecimal text. Given in order of
-- their hash, so that two writers never wait for each other in a circle.
insert into content.blobs (tenant_id, id, sha256, raw_bytes, layout)
select :tenant_id, b.id, substring(:sha256s::bytea from (b.ordinality::integer - 1) * 32 + 1 for 32), b.raw_bytes, b.layout
  from unnest(:ids::uuid[], :raw_bytes::int8[], :layouts::text[]) with ordinality as b (id, raw_bytes, layout, ordinality)
 order by b.ordinality
on conflict (tenant_id, sha256) do nothing
returning id;

-- name: hold_blobs
-- Blobs by hash, held against removal until the end of the transaction. Stale: not verified for 30 days.
select b.id, b.sha256 as "sha256!", b.raw_bytes as "raw_bytes!", b.layout,
       b.damaged is not null as is_damaged, b.verified < now() - interval '30 days' as "is_stale!"
  from content.blobs b
 where b.tenant_id = :tenant_id and b.sha256 = any (:sha256s::bytea[])
 order by b.sha256
   for key share;

-- name: insert_frames
-- `bytes` holds the stored bytes of all frames one after another; `starts` counts from 1.
insert into content.frames (tenant_id, blob_id, frame_number, raw_bytes, crc32, algorithm_id, bytes)
select :tenant_id, f.blob_id, f.frame_number, f.raw_bytes, f.crc32, f.algorithm_id, substring(:bytes::bytea from f.start for f.length)
  from unnest(:blob_ids::uuid[], :frame_numbers::integer[], :raw_bytes::integer[], :crc32s::integer[], :algorithm_ids::smallint[],
              :starts::integer[], :lengths::integer[])
       as f (blob_id, frame_number, raw_bytes, crc32, algorithm_id, start, length);

-- name: insert_blob_parts
insert into content.blob_parts (tenant_id, blob_id, position, part_blob_id, offset_bytes, encoded_bytes, encoding)
select :tenant_id, p.blob_id, p.position, p.part_blob_id, p.offset_bytes, p.encoded_bytes, p.encoding
  from unnest(:blob_ids::uuid[], :positions::integer[], :part_blob_ids::uuid[], :offset_bytes::integer[], :encoded_bytes::integer[],
              :encodings::text[])
       as p (blob_id, position, part_blob_id, offset_bytes, encoded_bytes, encoding);

-- name: insert_objects
-- Empty text stands for null.
insert into content.objects (tenant_id, id, kind, blob_id, raw_object_id, owner_id, owner_table, name, content_type, charset, created)
select :tenant_id, o.id, o.kind, o.blob_id, nullif(o.raw_object_id, '')::uuid, nullif(o.owner_id, '')::uuid, nullif(o.owner_table, ''),
       nullif(o.name, ''), nullif(o.content_type, ''), nullif(o.charset, ''), o.created
  from unnest(:ids::uuid[], :kinds::text[], :blob_ids::uuid[], :raw_object_ids::text[], :owner_ids::text[], :owner_tables::text[],
              :names::text[], :content_types::text[], :charsets::text[], :created::timestamptz[])
       as o (id, kind, blob_id, raw_object_id, owner_id, owner_table, name, content_type, charset, created);

-- name: put_object
-- One object of one frame whose bytes are new to the tenant, in one round trip. No row: the tenant has the bytes already
-- and nothing was written.
with blob as (
  insert into content.blobs (tenant_id, id, sha256, raw_bytes, layout)
  values (:tenant_id, :blob_id, :sha256, :raw_bytes::integer, 'bytes')
  on conflict (tenant_id, sha256) do nothing
  returning tenant_id, id
), frame as (
  insert into content.frames (tenant_id, blob_id, frame_number, raw_bytes, crc32, algorithm_id, bytes)
  select b.tenant_id, b.id, 0, :raw_bytes::integer, :crc32, :algorithm_id, :bytes from blob b
)
insert into content.objects (tenant_id, id, kind, blob_id, owner_id, owner_table, name, content_type, charset, created)
select b.tenant_id, :object_id, :kind, b.id, :owner_id?, :owner_table?, :name?, :content_type?, :charset?, :created from blob b
returning blob_id;

-- name: begin_upload
insert into content.blobs (tenant_id, id, layout) values (:tenant_id, :id, 'bytes');

-- name: touch_upload
-- Keeps an upload from the sweep. No row: it was swept, nothing more may be staged.
update content.blobs set stored = now() where tenant_id = :tenant_id and id = :id and sha256 is null;

-- name: publish_upload
update content.blobs set sha256 = :sha256, raw_bytes = :raw_bytes, stored = now(), verified = now()
 where tenant_id = :tenant_id and id = :id and sha256 is null;

-- name: adopt_frames
-- Moves the frames of an upload to the blob it repairs.
update content.frames set blob_id = :blob_id where tenant_id = :tenant_id and blob_id = :upload_id;

-- name: abandon_upload
delete from content.blobs where tenant_id = :tenant_id and id = :id and sha256 is null;

-- name: sweep_uploads
-- Of all tenants, for the owner.
delete from content.blobs b
 using (select s.tenant_id, s.id from content.blobs s
         where s.sha256 is null and s.stored < now() - interval '1 hour'
         order by s.stored limit 10 for update skip locked) as abandoned
 where b.tenant_id = abandoned.tenant_id and b.id = abandoned.id;

-- name: clear_frames
delete from content.frames where tenant_id = :tenant_id and blob_id = any (:blob_ids::uuid[]);

-- name: clear_parts
-- What it gives may be needed by nobody any more.
delete from content.blob_parts where tenant_id = :tenant_id and blob_id = any (:blob_ids::uuid[]) returning part_blob_id;

-- name: mark_verified
update content.blobs b set verified = now(), damaged = null, layout = v.layout
  from unnest(:ids::uuid[], :layouts::text[]) as v (id, layout)
 where b.tenant_id = :tenant_id and b.id = v.id;

-- name: mark_damaged
update content.blobs set damaged = now() where tenant_id = :tenant_id and id = :id and damaged is null;

-- name: delete_objects
-- An object and, of a raw message, the parts that were found in it.
delete from content.objects where tenant_id = :tenant_id and (id = :id or raw_object_id = :id) returning id, blob_id;

-- name: lock_blobs
-- Against writers who are about to refer to them.
select b.id from content.blobs b where b.tenant_id = :tenant_id and b.id = any (:ids::uuid[]) order by b.id for update;

-- name: find_part_blobs
select distinct p.part_blob_id from content.blob_parts p where p.tenant_id = :tenant_id and p.blob_id = any (:blob_ids::uuid[]);

-- name: delete_unneeded_blobs
delete from content.blobs b
 where b.tenant_id = :tenant_id and b.id = any (:ids::uuid[])
   and not exists (select from content.objects o where o.tenant_id = b.tenant_id and o.blob_id = b.id)
   and not exists (select from content.blob_parts p where p.tenant_id = b.tenant_id and p.part_blob_id = b.id)
returning b.id;

-- name: sum_kept
-- For the owner; uploads in progress are counted too.
select coalesce(sum(f.raw_bytes), 0)::int8 as "kept_bytes!" from content.frames f where f.tenant_id = :tenant_id;
