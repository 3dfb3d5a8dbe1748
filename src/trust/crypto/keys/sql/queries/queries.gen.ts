// Made by `npm run generate` from keys.sql; do not edit.
// sources: e1b7ee6eff9d72a652b06ea5a1c7a1d3
import { defineQuery } from '../../../../../kernel/index.ts';

export interface LiveKeysParams {
  readonly tenant_id: string;
  readonly purpose: string;
}
export interface LiveKeysRow {
  readonly version: number;
  readonly state: string;
  readonly wrapped: Buffer;
  readonly master_key: string;
}
/**
 * The versions of one key that still open, oldest first.
 */
export const liveKeys = defineQuery<LiveKeysParams, LiveKeysRow>('crypto/keys.live_keys', ['tenant_id', 'purpose'], `select version, state, wrapped as "wrapped", master_key as "master_key" from crypto.keys
where tenant_id = $1 and purpose = $2 and state <> 'destroyed'
order by version`);

export interface DestroyedWhenParams {
  readonly tenant_id: string;
}
export interface DestroyedWhenRow {
  readonly destroyed: Date | null;
}
/**
 * When keys of a tenant were last destroyed; null for a tenant of whose keys none was.
 */
export const destroyedWhen = defineQuery<DestroyedWhenParams, DestroyedWhenRow>('crypto/keys.destroyed_when', ['tenant_id'], `select max(destroyed) as destroyed from crypto.keys where tenant_id = $1 and state = 'destroyed'`);

export type CountWrappedParams = Record<string, never>;
export interface CountWrappedRow {
  readonly count: number;
}
export const countWrapped = defineQuery<CountWrappedParams, CountWrappedRow>('crypto/keys.count_wrapped', [], `select count(*) as "count" from crypto.keys where state <> 'destroyed'`);

export type LockKeysParams = Record<string, never>;
export type LockKeysRow = Record<string, never>;
/**
 * One after the other: whoever makes a key first looks under which master keys the others are.
 */
export const lockKeys = defineQuery<LockKeysParams, LockKeysRow>('crypto/keys.lock_keys', [], `lock table crypto.keys in share row exclusive mode`);

export type ListMasterKeysParams = Record<string, never>;
export interface ListMasterKeysRow {
  readonly id: string;
  readonly count: number;
}
export const listMasterKeys = defineQuery<ListMasterKeysParams, ListMasterKeysRow>('crypto/keys.list_master_keys', [], `select master_key as "id", count(*) as "count" from crypto.keys where state <> 'destroyed' group by master_key order by master_key`);

export interface InsertKeyParams {
  readonly tenant_id: string;
  readonly purpose: string;
  readonly version: number;
  readonly wrapped: Buffer;
  readonly master_key: string;
}
export type InsertKeyRow = Record<string, never>;
export const insertKey = defineQuery<InsertKeyParams, InsertKeyRow>('crypto/keys.insert_key', ['tenant_id', 'purpose', 'version', 'wrapped', 'master_key'], `insert into crypto.keys (tenant_id, purpose, version, wrapped, master_key) values ($1, $2, $3, $4, $5)`);

export interface NewestVersionParams {
  readonly tenant_id: string;
  readonly purpose: string;
}
export interface NewestVersionRow {
  readonly version: number;
}
/**
 * Of a key, destroyed ones too; 0 when there is none.
 */
export const newestVersion = defineQuery<NewestVersionParams, NewestVersionRow>('crypto/keys.newest_version', ['tenant_id', 'purpose'], `select coalesce(max(version), 0) as "version" from crypto.keys where tenant_id = $1 and purpose = $2`);

export interface RetireKeyParams {
  readonly tenant_id: string;
  readonly purpose: string;
}
export type RetireKeyRow = Record<string, never>;
export const retireKey = defineQuery<RetireKeyParams, RetireKeyRow>('crypto/keys.retire_key', ['tenant_id', 'purpose'], `update crypto.keys set state = 'retiring', rotated = now() where tenant_id = $1 and purpose = $2 and state = 'active'`);

export interface ListKeysParams {
  readonly tenant_id: string | null;
}
export interface ListKeysRow {
  readonly tenant_id: string;
  readonly purpose: string;
  readonly version: number;
  readonly state: string;
  readonly master_key: string | null;
  readonly created: Date;
  readonly rotated: Date | null;
  readonly emptied: Date | null;
  readonly destroyed: Date | null;
}
/**
 * Of one tenant, or of all.
 */
export const listKeys = defineQuery<ListKeysParams, ListKeysRow>('crypto/keys.list_keys', ['tenant_id'], `select tenant_id, purpose, version, state, master_key, created, rotated, emptied, destroyed from crypto.keys
where tenant_id = $1::uuid or $1::uuid is null
order by tenant_id, purpose, version`);

export interface DestroyKeysParams {
  readonly tenant_id: string;
}
export interface DestroyKeysRow {
  readonly purpose: string;
  readonly version: number;
  readonly master_key: string | null;
}
/**
 * What they were wrapped by is told for the last time.
 */
export const destroyKeys = defineQuery<DestroyKeysParams, DestroyKeysRow>('crypto/keys.destroy_keys', ['tenant_id'], `update crypto.keys k set state = 'destroyed', destroyed = now(), wrapped = null, master_key = null
from crypto.keys before
where k.tenant_id = $1 and k.state <> 'destroyed'
  and before.tenant_id = k.tenant_id and before.purpose = k.purpose and before.version = k.version
returning k.purpose, k.version, before.master_key`);

export interface MarkEmptiedParams {
  readonly tenant_id: string;
  readonly purpose: string;
}
export type MarkEmptiedRow = Record<string, never>;
export const markEmptied = defineQuery<MarkEmptiedParams, MarkEmptiedRow>('crypto/keys.mark_emptied', ['tenant_id', 'purpose'], `update crypto.keys set emptied = now() where tenant_id = $1 and purpose = $2 and state = 'retiring'`);

export interface KeysUnderOthersParams {
  readonly master_key: string;
  readonly limit: number;
}
export interface KeysUnderOthersRow {
  readonly tenant_id: string;
  readonly purpose: string;
  readonly version: number;
  readonly wrapped: Buffer;
  readonly master_key: string;
}
/**
 * Some keys that another master key wraps, for the length of the transaction nobody else's.
 */
export const keysUnderOthers = defineQuery<KeysUnderOthersParams, KeysUnderOthersRow>('crypto/keys.keys_under_others', ['master_key', 'limit'], `select tenant_id, purpose, version, wrapped as "wrapped", master_key as "master_key" from crypto.keys
where state <> 'destroyed' and master_key <> $1
order by tenant_id, purpose, version limit $2 for no key update skip locked`);

export interface RewrapKeyParams {
  readonly wrapped: Buffer;
  readonly master_key: string;
  readonly tenant_id: string;
  readonly purpose: string;
  readonly version: number;
}
export type RewrapKeyRow = Record<string, never>;
export const rewrapKey = defineQuery<RewrapKeyParams, RewrapKeyRow>('crypto/keys.rewrap_key', ['wrapped', 'master_key', 'tenant_id', 'purpose', 'version'], `update crypto.keys set wrapped = $1, master_key = $2
where tenant_id = $3 and purpose = $4 and version = $5 and state <> 'destroyed'`);

export interface CountUnderOthersParams {
  readonly master_key: string;
}
export interface CountUnderOthersRow {
  readonly count: number;
}
export const countUnderOthers = defineQuery<CountUnderOthersParams, CountUnderOthersRow>('crypto/keys.count_under_others', ['master_key'], `select count(*) as "count" from crypto.keys where state <> 'destroyed' and master_key <> $1`);
