// Made by `npm run generate` from passwords.sql; do not edit.
// sources: f766b35e3657236bb6c8b81e3185e769
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ListHashesParams {
  readonly role_name: string;
  readonly kept: number;
}
export interface ListHashesRow {
  readonly hash: string;
}
/**
 * The latest first.
 */
export const listHashes = defineQuery<ListHashesParams, ListHashesRow>('access/passwords.list_hashes', ['role_name', 'kept'], `select h.hash from access.password_history h where h.role_name = $1 order by h.given desc limit $2::int`);

export interface InsertHashParams {
  readonly role_name: string;
  readonly hash: string;
}
export type InsertHashRow = Record<string, never>;
export const insertHash = defineQuery<InsertHashParams, InsertHashRow>('access/passwords.insert_hash', ['role_name', 'hash'], `insert into access.password_history (role_name, given, hash) values ($1, clock_timestamp(), $2)`);

export interface ForgetHashesParams {
  readonly role_name: string;
  readonly kept: number;
}
export type ForgetHashesRow = Record<string, never>;
export const forgetHashes = defineQuery<ForgetHashesParams, ForgetHashesRow>('access/passwords.forget_hashes', ['role_name', 'kept'], `delete from access.password_history h
 where h.role_name = $1
   and h.given < (select k.given from access.password_history k where k.role_name = $1 order by k.given desc offset $2::int - 1 limit 1)`);

export interface RetireCredentialsParams {
  readonly role_name: string;
}
export type RetireCredentialsRow = Record<string, never>;
export const retireCredentials = defineQuery<RetireCredentialsParams, RetireCredentialsRow>('access/passwords.retire_credentials', ['role_name'], `update access.credentials set retired = now() where role_name = $1 and retired is null`);

export interface InsertCredentialParams {
  readonly role_name: string;
  readonly purpose: string;
  readonly fingerprint: string;
  readonly expires: Date;
}
export type InsertCredentialRow = Record<string, never>;
export const insertCredential = defineQuery<InsertCredentialParams, InsertCredentialRow>('access/passwords.insert_credential', ['role_name', 'purpose', 'fingerprint', 'expires'], `insert into access.credentials (role_name, purpose, fingerprint, expires) values ($1, $2, $3, $4)`);

export type ListCredentialsParams = Record<string, never>;
export interface ListCredentialsRow {
  readonly role_name: string;
  readonly purpose: string;
  readonly fingerprint: string;
  readonly created: Date;
  readonly expires: Date;
  readonly retired: Date | null;
}
export const listCredentials = defineQuery<ListCredentialsParams, ListCredentialsRow>('access/passwords.list_credentials', [], `select c.role_name, c.purpose, c.fingerprint, c.created, c.expires, c.retired from access.credentials c order by c.created desc, c.id desc limit 500`);

export interface HasRoleParams {
  readonly role_name: string;
}
export interface HasRoleRow {
  readonly exists: boolean;
}
export const hasRole = defineQuery<HasRoleParams, HasRoleRow>('access/passwords.has_role', ['role_name'], `select exists (select from pg_catalog.pg_roles r where r.rolname = $1) as "exists"`);

export type HasLedgerParams = Record<string, never>;
export interface HasLedgerRow {
  readonly exists: boolean;
}
export const hasLedger = defineQuery<HasLedgerParams, HasLedgerRow>('access/passwords.has_ledger', [], `select pg_catalog.to_regclass('access.credentials') is not null as "exists"`);
