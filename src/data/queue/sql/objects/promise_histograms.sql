create or replace function queue.add_histograms(one bigint[], other bigint[]) returns bigint[]
language sql immutable parallel safe
begin atomic
  select coalesce(array_agg(coalesce(a, 0) + coalesce(b, 0) order by n), '{}')
    from rows from (unnest(one), unnest(other)) with ordinality as both_sides (a, b, n);
end;
comment on function queue.add_histograms(bigint[], bigint[]) is 'Sum of two histograms of job_metrics; the shorter one has zeros at its end.';

create or replace function queue.histogram_quantile(histogram bigint[], quantile double precision) returns double precision
language sql immutable parallel safe
begin atomic
  with counted as (
    select n, amount, sum(amount) over (order by n) as upto, sum(amount) over () * quantile as wanted
      from unnest(histogram) with ordinality as buckets (amount, n)
  )
  -- Bucket n ends at 2 ^ ((n - 1) / 2) ms and begins where the one before ends, the first at 0; between them it is taken as even.
  select case when n = 1 then (wanted - upto + amount) / amount
              else power(2, (n - 2 + (wanted - upto + amount) / amount) / 2) end::double precision
    from counted where amount > 0 and upto >= wanted order by n limit 1;
end;
comment on function queue.histogram_quantile(bigint[], double precision) is
  'Milliseconds that such a share of a histogram does not pass, right to within its bucket; null for an empty one.';
