// Made by `npm run generate` from tokens.sql; do not edit.
// sources: 6b79bd996f2df5e991aab08ce1a407ce
import { defineQuery } from '../../../../../kernel/index.ts';

export interface FindTokenParams {
  readonly tenant_id: string;
  readonly kind: string;
  readonly lookup: Buffer;
}
export interface FindTokenRow {
  readonly token: string;
}
/**
 * The token of a value, by its blind index.
 */
export const findToken = defineQuery<FindTokenParams, FindTokenRow>('crypto/tokens.find_token', ['tenant_id', 'kind', 'lookup'], `select token from crypto.tokens where tenant_id = $1 and kind = $2 and lookup = $3`);

export interface InsertTokenParams {
  readonly tenant_id: string;
  readonly token: string;
  readonly kind: string;
  readonly lookup: Buffer;
  readonly sealed: Buffer;
}
export interface InsertTokenRow {
  readonly token: string;
}
/**
 * Nothing when the value has one by now, or the token is taken.
 */
export const insertToken = defineQuery<InsertTokenParams, InsertTokenRow>('crypto/tokens.insert_token', ['tenant_id', 'token', 'kind', 'lookup', 'sealed'], `insert into crypto.tokens (tenant_id, token, kind, lookup, sealed) values ($1, $2, $3, $4, $5)
on conflict do nothing returning token`);

export interface ReadTokenParams {
  readonly tenant_id: string;
  readonly token: string;
}
export interface ReadTokenRow {
  readonly sealed: Buffer;
}
export const readToken = defineQuery<ReadTokenParams, ReadTokenRow>('crypto/tokens.read_token', ['tenant_id', 'token'], `select sealed from crypto.tokens where tenant_id = $1 and token = $2`);

export interface DeleteTokenParams {
  readonly tenant_id: string;
  readonly token: string;
}
export type DeleteTokenRow = Record<string, never>;
export const deleteToken = defineQuery<DeleteTokenParams, DeleteTokenRow>('crypto/tokens.delete_token', ['tenant_id', 'token'], `delete from crypto.tokens where tenant_id = $1 and token = $2`);

export interface DeleteTokensParams {
  readonly tenant_id: string;
}
export type DeleteTokensRow = Record<string, never>;
/**
 * All of a tenant.
 */
export const deleteTokens = defineQuery<DeleteTokensParams, DeleteTokensRow>('crypto/tokens.delete_tokens', ['tenant_id'], `delete from crypto.tokens where tenant_id = $1`);
