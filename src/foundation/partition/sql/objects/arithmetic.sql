-- Every range is computed on one line of numbers: microseconds since 1970 in UTC for time and uuid v7, the value itself for
-- bigint keys. A session's time zone has no say in it, and gaps, overlaps and coverage become arithmetic of multiranges.

create or replace function partition.uuid_floor(at timestamptz) returns uuid
language sql immutable strict parallel safe
begin atomic
  select (lpad(to_hex(floor(extract(epoch from at at time zone 'UTC') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
end;
comment on function partition.uuid_floor(timestamptz) is 'The least uuid whose first 48 bits carry this millisecond: a literal limit for keys of uuid v7.';

create or replace function partition.position_in_utc(strategy text, literal text) returns int8
language sql stable strict parallel safe
begin atomic
  select case
    when strategy = 'id' then literal::int8
    when strategy = 'uuid7' then ('x' || left(replace(literal, '-', ''), 12))::bit(48)::int8 * 1000
    when isfinite(literal::timestamptz) then (extract(epoch from literal::timestamptz) * 1000000)::int8
  end;
end;
comment on function partition.position_in_utc(text, text) is
  'Place of a key value on the line of numbers; null for infinity. For functions that have set the time zone to UTC: it becomes part of their statements.';

create or replace function partition.position_of(strategy text, literal text) returns int8
language sql stable strict parallel safe
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select partition.position_in_utc(strategy, literal)
$$;
comment on function partition.position_of(text, text) is 'Place of a key value on the line of numbers, whatever the session''s time zone; null for infinity.';

create or replace function partition.instant_of(place int8) returns timestamptz
language sql immutable strict parallel safe
begin atomic
  select to_timestamp(0) + make_interval(secs => place / 1000000) + make_interval(secs => (place % 1000000) / 1000000.0);
end;
comment on function partition.instant_of(int8) is 'The time at a place of the line.';

create or replace function partition.literal_of(strategy text, type regtype, place int8) returns text
language sql stable strict parallel safe
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
  select case
    when strategy = 'id' then place::text
    when strategy = 'uuid7' then partition.uuid_floor(partition.instant_of(place))::text
    when type = 'date'::regtype then partition.instant_of(place)::date::text
    else partition.instant_of(place)::text
  end
$$;
comment on function partition.literal_of(text, regtype, int8) is 'A place of the line as a bound of a column of that type: with offset, in UTC.';

create or replace function partition.floor_of(unit text, place int8) returns int8
language sql immutable strict parallel safe
begin atomic
  select case
    when unit ~ '^[0-9]+$' then place - ((place % unit::int8) + unit::int8) % unit::int8
    else (extract(epoch from date_trunc(unit, partition.instant_of(place), 'UTC') at time zone 'UTC') * 1000000)::int8
  end;
end;
comment on function partition.floor_of(text, int8) is 'Where the interval begins that holds this place; weeks begin on Monday.';

create or replace function partition.next_of(unit text, place int8) returns int8
language sql immutable strict parallel safe
begin atomic
  select case
    when unit ~ '^[0-9]+$' then partition.floor_of(unit, place) + unit::int8
    else (extract(epoch from date_trunc(unit, partition.instant_of(place), 'UTC') at time zone 'UTC'
      + case unit when 'quarter' then interval '3 months' else ('1 ' || unit)::interval end) * 1000000)::int8
  end;
end;
comment on function partition.next_of(text, int8) is 'Where the interval ends that holds this place.';

create or replace function partition.suffix_of(unit text, place int8) returns text
language sql stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select case when unit ~ '^[0-9]+$' then place::text else to_char(partition.instant_of(place) at time zone 'UTC',
    case unit when 'hour' then 'YYYY_MM_DD_HH24' when 'day' then 'YYYY_MM_DD' when 'week' then 'IYYY_"w"IW'
      when 'month' then 'YYYY_MM' when 'quarter' then 'YYYY_"q"Q' when 'year' then 'YYYY' end) end
$$;
comment on function partition.suffix_of(text, int8) is 'End of a partition''s name: 2025_01, 2025_w05, 2025_01_31_13.';

create or replace function partition.name_of(base text, suffix text) returns text
language plpgsql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  -- What the server keeps of a name, less the suffix and the two underscores.
  room constant integer := 63 - octet_length(suffix) - 1;
  kept text := base;
begin
  if octet_length(base) > room then
    while octet_length(kept) > room - 9 loop
      kept := left(kept, -1);
    end loop;
    kept := kept || '_' || left(encode(sha256(convert_to(base, 'UTF8')), 'hex'), 8);
  end if;
  return kept || '_' || suffix;
end
$$;
comment on function partition.name_of(text, text) is
  'base_suffix in at most 63 bytes: a longer base is cut and 8 hexadecimal digits of its SHA-256 are put in place of what is missing.';

create or replace function partition.ahead_default(unit text) returns integer
language sql immutable strict parallel safe
begin atomic
  select case unit when 'hour' then 48 when 'day' then 14 when 'week' then 8 when 'month' then 3 when 'quarter' then 2 when 'year' then 2 else 3 end;
end;
comment on function partition.ahead_default(text) is 'Partitions that are ready beyond the current one where nothing else is declared.';
