-- name: list_owned_objects
-- Objects of some rows in order of id; `is_shared`: their bytes stay, because an object or a recipe of another owner has the same.
with owners as (
  select w.owner_table, w.owner_id from unnest(:owner_tables::text[], :owner_ids::uuid[]) as w (owner_table, owner_id)
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
       ) as "is_shared!"
  from owners w join content.objects o on o.owner_id = w.owner_id and o.owner_table = w.owner_table
 order by o.id;
