// Made by `npm run generate` from accounts.sql, sessions.sql; do not edit.
// sources: 7c73227a89d92f216398025b40d30757
import { defineQuery } from '../../../../kernel/index.ts';

export interface InsertAccountParams {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}
export interface InsertAccountRow {
  readonly id: string;
}
export const insertAccount = defineQuery<InsertAccountParams, InsertAccountRow>('http.insert_account', ['id', 'name', 'role'], `insert into http.accounts (id, name, role)
values ($1, $2, $3)
on conflict on constraint accounts_name_key do nothing
returning id`);

export interface FindAccountParams {
  readonly name: string;
}
export interface FindAccountRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly password_verifier: string | null;
}
export const findAccount = defineQuery<FindAccountParams, FindAccountRow>('http.find_account', ['name'], `select id, name, role, password_verifier
from http.accounts
where name = $1`);

export type ListAccountsParams = Record<string, never>;
export interface ListAccountsRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly has_password: boolean;
  readonly created: Date;
  readonly signed_in: Date | null;
}
export const listAccounts = defineQuery<ListAccountsParams, ListAccountsRow>('http.list_accounts', [], `select id, name, role, password_verifier is not null as has_password, created, signed_in
from http.accounts
order by name`);

export type CountAdminsWithPasswordParams = Record<string, never>;
export interface CountAdminsWithPasswordRow {
  readonly admins: number;
}
export const countAdminsWithPassword = defineQuery<CountAdminsWithPasswordParams, CountAdminsWithPasswordRow>('http.count_admins_with_password', [], `select count(*) as admins
from http.accounts
where role = 'admin' and password_verifier is not null`);

export type FindFirstAdminParams = Record<string, never>;
export interface FindFirstAdminRow {
  readonly id: string;
  readonly name: string;
}
export const findFirstAdmin = defineQuery<FindFirstAdminParams, FindFirstAdminRow>('http.find_first_admin', [], `select id, name
from http.accounts
where role = 'admin'
order by created, id
limit 1`);

export type LockAdminsParams = Record<string, never>;
export interface LockAdminsRow {
  readonly id: string;
}
export const lockAdmins = defineQuery<LockAdminsParams, LockAdminsRow>('http.lock_admins', [], `select id from http.accounts where role = 'admin' for update`);

export interface DeleteAccountParams {
  readonly id: string;
}
export type DeleteAccountRow = Record<string, never>;
export const deleteAccount = defineQuery<DeleteAccountParams, DeleteAccountRow>('http.delete_account', ['id'], `delete from http.accounts where id = $1`);

export interface SetCredentialsParams {
  readonly name: string;
  readonly password_verifier: string;
  readonly id: string;
}
export type SetCredentialsRow = Record<string, never>;
export const setCredentials = defineQuery<SetCredentialsParams, SetCredentialsRow>('http.set_credentials', ['name', 'password_verifier', 'id'], `update http.accounts
set name = $1, password_verifier = $2
where id = $3 and password_verifier is null`);

export interface NoteSignInParams {
  readonly id: string;
}
export type NoteSignInRow = Record<string, never>;
export const noteSignIn = defineQuery<NoteSignInParams, NoteSignInRow>('http.note_sign_in', ['id'], `update http.accounts set signed_in = now() where id = $1`);

export interface InsertSessionParams {
  readonly token_hash: Buffer;
  readonly account_id: string;
  readonly expires: Date;
}
export type InsertSessionRow = Record<string, never>;
export const insertSession = defineQuery<InsertSessionParams, InsertSessionRow>('http.insert_session', ['token_hash', 'account_id', 'expires'], `insert into http.sessions (token_hash, account_id, expires)
values ($1, $2, $3)`);

export interface FindSessionParams {
  readonly token_hash: Buffer;
}
export interface FindSessionRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly has_password: boolean;
  readonly expires: Date;
}
export const findSession = defineQuery<FindSessionParams, FindSessionRow>('http.find_session', ['token_hash'], `select a.id, a.name, a.role, a.password_verifier is not null as has_password, s.expires
from http.sessions s
join http.accounts a on a.id = s.account_id
where s.token_hash = $1 and s.expires > now()`);

export interface DeleteSessionParams {
  readonly token_hash: Buffer;
}
export type DeleteSessionRow = Record<string, never>;
export const deleteSession = defineQuery<DeleteSessionParams, DeleteSessionRow>('http.delete_session', ['token_hash'], `delete from http.sessions where token_hash = $1`);

export interface DeleteOtherSessionsParams {
  readonly account_id: string;
  readonly token_hash: Buffer;
}
export type DeleteOtherSessionsRow = Record<string, never>;
export const deleteOtherSessions = defineQuery<DeleteOtherSessionsParams, DeleteOtherSessionsRow>('http.delete_other_sessions', ['account_id', 'token_hash'], `delete from http.sessions where account_id = $1 and token_hash <> $2`);

export type DeleteExpiredSessionsParams = Record<string, never>;
export type DeleteExpiredSessionsRow = Record<string, never>;
export const deleteExpiredSessions = defineQuery<DeleteExpiredSessionsParams, DeleteExpiredSessionsRow>('http.delete_expired_sessions', [], `delete from http.sessions where expires <= now()`);

export interface PutLinkParams {
  readonly account_id: string;
  readonly token_hash: Buffer;
  readonly expires: Date;
}
export type PutLinkRow = Record<string, never>;
export const putLink = defineQuery<PutLinkParams, PutLinkRow>('http.put_link', ['account_id', 'token_hash', 'expires'], `insert into http.links (account_id, token_hash, expires)
values ($1, $2, $3)
on conflict on constraint links_account_id_pk
do update set token_hash = excluded.token_hash, created = now(), expires = excluded.expires`);

export interface UseLinkParams {
  readonly token_hash: Buffer;
}
export interface UseLinkRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}
export const useLink = defineQuery<UseLinkParams, UseLinkRow>('http.use_link', ['token_hash'], `with used as (
  delete from http.links where token_hash = $1 returning account_id, expires
)
update http.accounts a
set password_verifier = null
from used
where a.id = used.account_id and used.expires > now()
returning a.id, a.name, a.role`);
