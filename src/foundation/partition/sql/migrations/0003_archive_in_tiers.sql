-- A partition may be kept as a table of another tier.

create schema partition_archived;
comment on schema partition_archived is 'Copies of partitions that have left their tables, of this and of other tiers. Nobody but the owner sees it.';

alter table partition.sets drop constraint sets_archive_mode_check;
alter table partition.sets add constraint sets_archive_mode_check check (archive_mode in ('none', 'table', 'tier', 'file'));
comment on column partition.sets.archive_mode is 'What becomes of a partition after its grace: none, stays as a table, or a verified copy in another tier or in files.';

alter table partition.archives alter column sha256 drop not null;
comment on table partition.archives is 'Copies of the rows of partitions, in files or in tables of another tier.';
comment on column partition.archives.location is 'Where the sink says it lies, or its tier and table.';
comment on column partition.archives.manifest is 'Columns, types, bounds, versions; of files also the chunks, as written beside them.';
comment on column partition.archives.size_bytes is 'Compressed, or of the table.';
comment on column partition.archives.sha256 is 'Of all compressed chunks in order; null for a table.';
