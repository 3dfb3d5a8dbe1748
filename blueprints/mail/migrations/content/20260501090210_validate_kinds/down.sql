-- A check that was proven stays proven.
select 1;
