-- name: savings_by_kind
-- A blob counts once, under the first kind in alphabetical order among its objects; one that only a recipe needs, under raw.
with sizes as (
  select f.tenant_id, f.blob_id, sum(f.raw_bytes) as unique_bytes, sum(octet_length(f.bytes)) as stored_bytes
    from content.frames f where :tenant_id?::uuid is null or f.tenant_id = :tenant_id? group by 1, 2
), uses as (
  select o.tenant_id, o.blob_id, min(o.kind) as kind
    from content.objects o where :tenant_id?::uuid is null or o.tenant_id = :tenant_id? group by 1, 2
), kept as (
  select coalesce(u.kind, 'raw') as kind, count(*) as blobs, sum(s.unique_bytes) as unique_bytes, sum(s.stored_bytes) as stored_bytes
    from content.blobs b left join uses u on u.tenant_id = b.tenant_id and u.blob_id = b.id
         left join sizes s on s.tenant_id = b.tenant_id and s.blob_id = b.id
   where b.sha256 is not null and (:tenant_id?::uuid is null or b.tenant_id = :tenant_id?)
   group by 1
), given as (
  select o.kind, count(*) as objects, sum(b.raw_bytes) as raw_bytes, sum(b.raw_bytes) filter (where o.raw_object_id is null) as given_bytes
    from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
   where :tenant_id?::uuid is null or o.tenant_id = :tenant_id?
   group by 1
)
select coalesce(g.kind, k.kind) as "kind!", coalesce(g.objects, 0)::int8 as objects, coalesce(k.blobs, 0)::int8 as blobs,
       coalesce(g.raw_bytes, 0)::int8 as raw_bytes, coalesce(g.given_bytes, 0)::int8 as given_bytes,
       coalesce(k.unique_bytes, 0)::int8 as unique_bytes, coalesce(k.stored_bytes, 0)::int8 as stored_bytes
  from given g full join kept k on k.kind = g.kind
 order by 1;

-- name: largest_objects
-- Stored bytes of a raw message are those of its own frames; its parts are objects of their own.
select o.id, o.name, o.kind, o.content_type, b.raw_bytes as "raw_bytes!",
       (select coalesce(sum(octet_length(f.bytes)), 0)::int8 from content.frames f where f.tenant_id = b.tenant_id and f.blob_id = b.id)
         as "stored_bytes!"
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = :tenant_id
 order by b.raw_bytes desc, o.id
 limit 10;

-- name: most_shared_blobs
select b.id, b.raw_bytes as "raw_bytes!", count(*) as references, min(o.name) as "name?", min(o.content_type) as "content_type?"
  from content.objects o join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where o.tenant_id = :tenant_id
 group by b.tenant_id, b.id, b.raw_bytes
having count(*) > 1
 order by count(*) * b.raw_bytes desc, b.id
 limit 10;

-- name: store_size
-- The whole store with row overhead, indexes and TOAST, and all stored bytes: a tenant's disk is its share of them.
select (select sum(pg_total_relation_size(t.name::regclass))::int8
          from unnest(array['content.objects', 'content.blobs', 'content.frames', 'content.blob_parts']) as t (name)) as "disk_bytes!",
       (select coalesce(sum(octet_length(f.bytes)), 0)::int8 from content.frames f) as "stored_bytes!";
