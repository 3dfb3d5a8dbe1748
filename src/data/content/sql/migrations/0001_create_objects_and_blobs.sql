create schema content;
comment on schema content is 'Bytes kept once per tenant, compressed, given back bit for bit.';
grant usage on schema content to plinth_app;

create table content.compression_algorithms (
  id smallint not null constraint compression_algorithms_id_pk primary key,
  name text not null constraint compression_algorithms_name_key unique,
  description text not null
);
comment on table content.compression_algorithms is 'What frames are encoded with: one row and one codec module each. A row that a frame names cannot be deleted.';
comment on column content.compression_algorithms.id is 'Written into each frame; never given to another algorithm.';
comment on column content.compression_algorithms.name is 'Name in options and reports.';
comment on column content.compression_algorithms.description is 'Format and level, for people.';
grant select on content.compression_algorithms to plinth_app;

insert into content.compression_algorithms (id, name, description) values
  (0, 'none', 'Bytes as they are.'),
  (1, 'lz4', 'One LZ4 block behind its raw size (4 bytes, little endian).'),
  (2, 'zstd', 'One Zstandard frame, level 3, with content checksum.'),
  (3, 'gzip', 'One gzip member, level 6.');

create table content.blobs (
  tenant_id uuid not null constraint blobs_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null,
  sha256 bytea,
  raw_bytes bigint,
  layout text not null,
  stored timestamptz not null default now(),
  verified timestamptz not null default now(),
  damaged timestamptz,
  constraint blobs_tenant_id_id_pk primary key (tenant_id, id),
  constraint blobs_tenant_id_sha256_key unique (tenant_id, sha256),
  constraint blobs_sha256_check check (octet_length(sha256) = 32),
  constraint blobs_raw_bytes_check check (raw_bytes >= 0),
  constraint blobs_layout_check check (layout in ('bytes', 'recipe')),
  constraint blobs_published_check check ((sha256 is null) = (raw_bytes is null))
);
comment on table content.blobs is 'The unique bytes of one tenant. A row without hash is an upload in progress and invisible to readers.';
comment on column content.blobs.tenant_id is 'Bytes are never shared between tenants.';
comment on column content.blobs.id is 'uuid v7.';
comment on column content.blobs.sha256 is 'Of the bytes as they are read back. Null: an upload in progress.';
comment on column content.blobs.raw_bytes is 'Length of the bytes as they are read back. Null: an upload in progress.';
comment on column content.blobs.layout is '`bytes`: the frames hold them. `recipe`: the frames hold what stands between the parts of blob_parts.';
comment on column content.blobs.stored is 'When it was published; of an upload in progress, when its last frame arrived.';
comment on column content.blobs.verified is 'When the frames were last known to be good: at writing, or compared with the same bytes given again.';
comment on column content.blobs.damaged is 'When a read found a frame that is not what was written. The next put of the same bytes repairs it.';
create index blobs_stored_idx on content.blobs (stored) where sha256 is null;
comment on index content.blobs_stored_idx is 'Uploads in progress, for the sweep of abandoned ones.';

-- plinth:allow indexed-key frames_algorithm_id_fk a handful of algorithms that are never deleted
create table content.frames (
  tenant_id uuid not null constraint frames_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  blob_id uuid not null,
  frame_number integer not null,
  raw_bytes integer not null,
  crc32 integer not null,
  algorithm_id smallint not null constraint frames_algorithm_id_fk references content.compression_algorithms (id),
  bytes bytea storage external not null,
  constraint frames_tenant_id_blob_id_frame_number_pk primary key (tenant_id, blob_id, frame_number),
  constraint frames_tenant_id_blob_id_fk foreign key (tenant_id, blob_id) references content.blobs (tenant_id, id) on delete cascade,
  constraint frames_frame_number_check check (frame_number >= 0),
  constraint frames_raw_bytes_check check (raw_bytes between 1 and 8388608)
);
comment on table content.frames is 'The bytes of blobs in pieces of at most 8 MiB, each encoded and checked by itself, so that reads stream and ranges need only their frames.';
comment on column content.frames.tenant_id is 'Tenant of the blob.';
comment on column content.frames.blob_id is 'Blob that it is a piece of.';
comment on column content.frames.frame_number is 'Order within the blob, from 0 without gaps.';
comment on column content.frames.raw_bytes is 'Length after decoding.';
comment on column content.frames.crc32 is 'CRC-32 of the stored bytes as a signed number; compared before they are decoded.';
comment on column content.frames.algorithm_id is 'What decodes it.';
comment on column content.frames.bytes is 'Encoded bytes. Storage external: PostgreSQL must not try to compress them again.';

create table content.blob_parts (
  tenant_id uuid not null constraint blob_parts_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  blob_id uuid not null,
  position integer not null,
  part_blob_id uuid not null,
  offset_bytes integer not null,
  encoded_bytes integer not null,
  encoding text not null,
  constraint blob_parts_tenant_id_blob_id_position_pk primary key (tenant_id, blob_id, position),
  constraint blob_parts_tenant_id_blob_id_fk foreign key (tenant_id, blob_id) references content.blobs (tenant_id, id) on delete cascade,
  constraint blob_parts_tenant_id_part_blob_id_fk foreign key (tenant_id, part_blob_id) references content.blobs (tenant_id, id)
    deferrable initially deferred,
  constraint blob_parts_position_check check (position >= 0),
  constraint blob_parts_offset_bytes_check check (offset_bytes >= 0),
  constraint blob_parts_encoded_bytes_check check (encoded_bytes > 0)
);
comment on table content.blob_parts is 'Where a recipe is made from other blobs: a raw message from its parts, each with the transfer encoding it had.';
comment on column content.blob_parts.tenant_id is 'Tenant of both blobs.';
comment on column content.blob_parts.blob_id is 'The blob with layout `recipe`.';
comment on column content.blob_parts.position is 'Order within the recipe, from 0.';
comment on column content.blob_parts.part_blob_id is 'The blob that is encoded and put in.';
comment on column content.blob_parts.offset_bytes is 'Where in the recipe''s bytes the encoded part begins.';
comment on column content.blob_parts.encoded_bytes is 'Length of the encoded part.';
comment on column content.blob_parts.encoding is 'Transfer encoding with what the encoder chose: `identity`, `base64;76;crlf`, `qp;76;lf;upper;<flips>;<breaks>`.';
create index blob_parts_part_blob_id_tenant_id_idx on content.blob_parts (part_blob_id, tenant_id);
comment on index content.blob_parts_part_blob_id_tenant_id_idx is 'Whether a recipe still needs a blob.';

-- Deferred, so that `on delete cascade` from a tenant may reach blobs before objects.
create table content.objects (
  tenant_id uuid not null constraint objects_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  id uuid not null,
  kind text not null,
  blob_id uuid not null,
  raw_object_id uuid,
  owner_id uuid,
  owner_table text,
  name text,
  content_type text,
  charset text,
  created timestamptz not null,
  stored timestamptz not null default now(),
  constraint objects_tenant_id_id_pk primary key (tenant_id, id),
  constraint objects_tenant_id_blob_id_fk foreign key (tenant_id, blob_id) references content.blobs (tenant_id, id)
    deferrable initially deferred,
  constraint objects_tenant_id_raw_object_id_fk foreign key (tenant_id, raw_object_id) references content.objects (tenant_id, id)
    on delete cascade,
  constraint objects_kind_check check (kind in ('body', 'attachment', 'raw', 'preview', 'file', 'export')),
  constraint objects_owner_check check ((owner_table is null) = (owner_id is null))
);
comment on table content.objects is 'What an owner stored: a reference to a blob with what is known of it. Many objects may share one blob; the rows are the count.';
comment on column content.objects.tenant_id is 'Tenant of the object and of its blob.';
comment on column content.objects.id is 'uuid v7.';
comment on column content.objects.kind is 'What it is to its owner; a body and an attachment may share a blob.';
comment on column content.objects.blob_id is 'Its bytes.';
comment on column content.objects.raw_object_id is 'The raw message that this body or attachment was found in; it goes with it.';
comment on column content.objects.owner_id is 'Id of the row that owns it, in the table of owner_table; no foreign key: that table may be in another database.';
comment on column content.objects.owner_table is '`schema.table` of the row that owns it.';
comment on column content.objects.name is 'File name as the sender gave it, without control characters.';
comment on column content.objects.content_type is 'Media type as the sender claims it; never trusted when the bytes are served.';
comment on column content.objects.charset is 'Charset as the sender claims it; the bytes are kept as they came.';
comment on column content.objects.created is 'Date of the thing itself; for imports in the past.';
comment on column content.objects.stored is 'When it was put here.';
-- Only the primary key begins with the tenant: while a table has no statistics, another index that does costs the planner
-- the same as the key, and the foreign key checks of a first import then read all rows of the tenant.
create index objects_blob_id_tenant_id_idx on content.objects (blob_id, tenant_id);
comment on index content.objects_blob_id_tenant_id_idx is 'Whether a blob is still needed, and how often it is shared.';
create index objects_owner_id_idx on content.objects (owner_id) where owner_id is not null;
comment on index content.objects_owner_id_idx is 'The objects of one owner.';
create index objects_raw_object_id_tenant_id_idx on content.objects (raw_object_id, tenant_id) where raw_object_id is not null;
comment on index content.objects_raw_object_id_tenant_id_idx is 'The parts of one raw message.';

-- Whoever may write replaces damaged frames and removes what nothing refers to any more; objects go by an admin.
select tenancy.protect('content.objects');
select tenancy.protect('content.blobs', '{"delete": "member"}');
select tenancy.protect('content.frames', '{"delete": "member"}');
select tenancy.protect('content.blob_parts', '{"delete": "member"}');
