create or replace function partition.content_hash(target regclass, columns text, out row_count bigint, out content_hash text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set row_security = off
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set intervalstyle = 'postgres'
set extra_float_digits = 1
set bytea_output = 'hex'
as $$
begin
  execute format('select count(*), mod(mod(coalesce(sum(hashtextextended(row(%s)::text, 0)::numeric), 0), 18446744073709551616) + 18446744073709551616,
    18446744073709551616)::text from %s', columns, target) into row_count, content_hash;
end
$$;
comment on function partition.content_hash(regclass, text) is
  'Number of rows and a hash of them that does not depend on their order: the sum of the hashes of the rows in text, modulo 2^64. '
  'Columns are given in their order; under row security it fails rather than count what it may not see.';
