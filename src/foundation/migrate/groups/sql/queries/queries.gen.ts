// Made by `npm run generate` from groups.sql; do not edit.
// sources: bcdccdb0889b443cd0ffe436afb47d25
import { defineQuery } from '../../../../../kernel/index.ts';

export type HasGroupsParams = Record<string, never>;
export interface HasGroupsRow {
  readonly exists: boolean;
}
export const hasGroups = defineQuery<HasGroupsParams, HasGroupsRow>('migrate/groups.has_groups', [], `select pg_catalog.to_regclass('migrate.groups') is not null as "exists"`);

export interface ListGroupsParams {
  readonly name: string;
}
export interface ListGroupsRow {
  readonly name: string;
  readonly recipe: string;
  readonly definition: unknown;
  readonly state: string;
  readonly ring: string;
  readonly canaries: string[];
  readonly is_born_empty: boolean;
  readonly expanded: Date;
  readonly verified: Date | null;
  readonly switched: Date | null;
  readonly contracted: Date | null;
  readonly looked: Date | null;
  readonly seen: Date | null;
  readonly hindrances: string[];
}
/**
 * With what stands in the way of dropping the old side, as a contracting migration would see it.
 */
export const listGroups = defineQuery<ListGroupsParams, ListGroupsRow>('migrate/groups.list_groups', ['name'], `select g.name, g.recipe, g.definition, g.state, g.ring, g.canaries, g.is_born_empty, g.expanded, g.verified, g.switched, g.contracted, g.looked, g.seen,
       array(select h.hindrance from migrate.group_hindrances(g.name) h) as "hindrances"
  from migrate.groups g
 where $1::text = '' or g.name = $1
 order by g.expanded, g.name`);

export interface FindRingParams {
  readonly name: string;
}
export interface FindRingRow {
  readonly name: string;
  readonly ring: string;
  readonly canaries: string[];
}
export const findRing = defineQuery<FindRingParams, FindRingRow>('migrate/groups.find_ring', ['name'], `select name, ring, canaries from migrate.groups where name = $1`);

export interface MoveGroupParams {
  readonly state: string;
  readonly ring: string;
  readonly canaries: readonly string[];
  readonly is_verified: boolean;
  readonly minimum_age_s: number;
  readonly minimum_quiet_s: number;
  readonly name: string;
  readonly allowed: readonly string[];
  readonly ring_before: string;
}
export interface MoveGroupRow {
  readonly name: string;
}
/**
 * A guarded move; no row when the state does not allow it. `verified` is the time of the comparison that led here.
 */
export const moveGroup = defineQuery<MoveGroupParams, MoveGroupRow>('migrate/groups.move_group', ['state', 'ring', 'canaries', 'is_verified', 'minimum_age_s', 'minimum_quiet_s', 'name', 'allowed', 'ring_before'], `update migrate.groups
   set state = $1, ring = $2, canaries = $3::uuid[],
       verified = case when $4 then now() else verified end,
       switched = case when $1 = 'switched' then coalesce(switched, now()) when $1 in ('verified', 'backfilling') then null else switched end,
       minimum_age = case when $1 = 'switched' then make_interval(secs => $5) else minimum_age end,
       minimum_quiet = case when $1 = 'switched' then make_interval(secs => $6) else minimum_quiet end
 where name = $7 and state = any($8::text[]) and ring = $9
returning name`);

export type LookForOldSessionsParams = Record<string, never>;
export type LookForOldSessionsRow = Record<string, never>;
/**
 * Notes when a session of the old version was last there: by its name where one is known, else any that is older than the switch.
 */
export const lookForOldSessions = defineQuery<LookForOldSessionsParams, LookForOldSessionsRow>('migrate/groups.look_for_old_sessions', [], `update migrate.groups g
   set looked = now(),
       seen = case when exists (
                select from pg_catalog.pg_stat_activity a
                 where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid()
                   and case when g.definition ? 'oldSessions' then a.application_name like g.definition ->> 'oldSessions'
                            else a.backend_start < g.switched end)
              then now() else g.seen end
 where g.state = 'switched'`);

export interface ListKeyParams {
  readonly table: string;
}
export interface ListKeyRow {
  readonly column: string;
}
/**
 * The columns of the primary key, quoted; none where there is no key.
 */
export const listKey = defineQuery<ListKeyParams, ListKeyRow>('migrate/groups.list_key', ['table'], `select quote_ident(a.attname) as "column"
  from pg_catalog.pg_constraint k, unnest(k.conkey) with ordinality u(attnum, place), pg_catalog.pg_attribute a
 where k.conrelid = pg_catalog.to_regclass($1) and k.contype = 'p' and a.attrelid = k.conrelid and a.attnum = u.attnum
 order by u.place`);
