-- name: find_object
select o.id, o.blob_id, o.raw_object_id, o.kind, o.owner_table, o.owner_id, o.name, o.content_type, o.charset, o.created,
       b.sha256 as "sha256!", b.raw_bytes as "raw_bytes!", b.layout
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = :tenant_id and o.id = :id;

-- name: list_objects
-- In order of id, which is the order of putting; after the one given.
select o.id, o.blob_id, o.raw_object_id, o.kind, o.owner_table, o.owner_id, o.name, o.content_type, o.charset, o.created,
       b.sha256 as "sha256!", b.raw_bytes as "raw_bytes!", b.layout
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = :tenant_id and (:after?::uuid is null or o.id > :after?)
   and (:kind?::text is null or o.kind = :kind?) and (:owner_id?::uuid is null or o.owner_id = :owner_id?)
 order by o.id
 limit :limit;

-- name: find_frames
-- The frames of some blobs in order. Bytes beyond `inline_bytes` stay behind: they are copied one frame at a time.
select f.blob_id, f.frame_number, f.raw_bytes, f.crc32, f.algorithm_id,
       case when octet_length(f.bytes) <= :inline_bytes::integer then f.bytes end as "bytes?"
  from content.frames f
 where f.tenant_id = :tenant_id and f.blob_id = any (:blob_ids::uuid[])
 order by f.blob_id, f.frame_number;

-- name: find_blob_parts
select p.part_blob_id, p.offset_bytes, p.encoded_bytes, p.encoding, b.raw_bytes as "raw_bytes!", b.layout
  from content.blob_parts p join content.blobs b on b.tenant_id = p.tenant_id and b.id = p.part_blob_id
 where p.tenant_id = :tenant_id and p.blob_id = :blob_id
 order by p.position;

-- name: list_readable
-- An object for each blob that is not known to be damaged, in order of the blobs; after the one given.
select distinct on (o.blob_id) o.blob_id, o.id
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = :tenant_id and b.damaged is null and (:after?::uuid is null or o.blob_id > :after?)
 order by o.blob_id, o.id
 limit 200;

-- name: bytes_by_tenant
select b.tenant_id, sum(b.raw_bytes)::int8 as "bytes!" from content.blobs b where b.sha256 is not null group by b.tenant_id;

-- name: count_kept
select (select count(*) from content.objects o where o.tenant_id = :tenant_id) as "objects!", count(*) as "blobs!",
       coalesce(sum(b.raw_bytes), 0)::int8 as "bytes!"
  from content.blobs b where b.tenant_id = :tenant_id and b.sha256 is not null;
