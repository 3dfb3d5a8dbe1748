import type { Connect, Transaction } from '../../foundation/connect/index.ts';
import { type Clock, hasCode, uuidv7 } from '../../kernel/index.ts';
import { httpErrors } from './errors.ts';
import { accountName, type ConsoleRole } from './model/roles.ts';
import { createVerifier, isStrongEnough, minimumPasswordLength, verifyPassword } from './passwords.ts';
import * as queries from './sql/queries/queries.gen.ts';
import { createToken, hashToken } from './tokens.ts';

/** Somebody who may sign in. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly role: ConsoleRole;
  readonly hasPassword: boolean;
}

export interface ListedAccount extends Account {
  readonly created: Date;
  readonly signedIn?: Date;
}

export interface Session {
  readonly account: Account;
  readonly expires: Date;
}

/** A session with its token, which is kept nowhere but in the browser's cookie. */
export interface SignedIn extends Session {
  readonly token: string;
}

/** Accounts, sessions and one-time links. Every call is one transaction of the owner on the OLTP tier. */
export interface Accounts {
  /** @throws PLINTH_HTTP_INVALID_NAME, PLINTH_HTTP_NAME_TAKEN */
  add(name: string, role: ConsoleRole): Promise<Account>;
  list(): Promise<readonly ListedAccount[]>;
  /** Ends the account's sessions as well. @throws PLINTH_HTTP_UNKNOWN_ACCOUNT, PLINTH_HTTP_LAST_ADMIN */
  remove(name: string): Promise<void>;
  /** Makes the account's one-time token and returns it; an earlier one stops working. @throws PLINTH_HTTP_UNKNOWN_ACCOUNT */
  issueLink(name: string): Promise<string>;
  /** For a platform without an administrator who has a password: a one-time token for the first one, else undefined. */
  issueFirstLink(): Promise<string | undefined>;
  hasAdminWithPassword(): Promise<boolean>;
  /** Consumes a one-time token; the account's password, if it had one, is gone with it. @throws PLINTH_HTTP_LINK_REFUSED */
  useLink(token: string): Promise<SignedIn>;
  /** @throws PLINTH_HTTP_SIGN_IN_REFUSED, after the same time for an unknown name as for a wrong password */
  signIn(name: string, password: string): Promise<SignedIn>;
  /** The session of a cookie; undefined when there is none or it has ended. */
  findSession(token: string): Promise<Session | undefined>;
  signOut(token: string): Promise<void>;
  /**
   * Sets name and password of the session's account and ends its other sessions. Only while it has no password:
   * who finds an open browser cannot change it; a one-time link takes the old one away.
   * @throws PLINTH_HTTP_INVALID_NAME, PLINTH_HTTP_WEAK_PASSWORD, PLINTH_HTTP_NAME_TAKEN, PLINTH_HTTP_PASSWORD_SET
   */
  setCredentials(session: SignedIn, name: string, password: string): Promise<void>;
}

const linkHours = 24;
const hourMs = 3_600_000;

export function createAccounts(
  deps: { readonly connect: Connect; readonly clock: Clock },
  options: { readonly sessionHours: number },
): Accounts {
  const work = <T>(tag: string, run: (tx: Transaction) => Promise<T>) =>
    deps.connect.transaction({ tier: 'oltp', as: 'owner', priority: 'critical', tag: `http.${tag}` }, run);
  const inHours = (hours: number) => new Date(deps.clock.now().getTime() + hours * hourMs);

  const startSession = async (tx: Transaction, account: Account): Promise<SignedIn> => {
    const token = createToken();
    const expires = inHours(options.sessionHours);
    await queries.deleteExpiredSessions.run(tx, {});
    await queries.insertSession.run(tx, { token_hash: hashToken(token), account_id: account.id, expires });
    await queries.noteSignIn.run(tx, { id: account.id });
    return { account, token, expires };
  };

  const putLink = async (tx: Transaction, accountId: string) => {
    const token = createToken();
    await queries.putLink.run(tx, { account_id: accountId, token_hash: hashToken(token), expires: inHours(linkHours) });
    return token;
  };

  const insert = async (tx: Transaction, name: string, role: ConsoleRole) => {
    if (!accountName.test(name)) throw httpErrors.INVALID_NAME({ name });
    const row = await queries.insertAccount.first(tx, { id: uuidv7(deps.clock.now().getTime()), name, role });
    if (!row) throw httpErrors.NAME_TAKEN({ name });
    return { id: row.id, name, role, hasPassword: false };
  };

  const find = async (tx: Transaction, name: string) => {
    const row = await queries.findAccount.first(tx, { name });
    if (!row) throw httpErrors.UNKNOWN_ACCOUNT({ name });
    return row;
  };

  return {
    add: (name, role) => work('add-account', (tx) => insert(tx, name, role)),
    list: () =>
      work('list-accounts', async (tx) => {
        const rows = await queries.listAccounts.all(tx, {});
        return rows.map((row) => ({
          id: row.id,
          name: row.name,
          role: row.role as ConsoleRole,
          hasPassword: row.has_password,
          created: row.created,
          ...(row.signed_in && { signedIn: row.signed_in }),
        }));
      }),
    remove: (name) =>
      work('remove-account', async (tx) => {
        const account = await find(tx, name);
        // The lock makes two removals at once see each other; a table of people is small enough for it.
        const admins = await queries.lockAdmins.all(tx, {});
        if (account.role === 'admin' && admins.length === 1) throw httpErrors.LAST_ADMIN({ name });
        await queries.deleteAccount.run(tx, { id: account.id });
      }),
    issueLink: (name) => work('issue-link', async (tx) => putLink(tx, (await find(tx, name)).id)),
    issueFirstLink: () =>
      work('issue-first-link', async (tx) => {
        if ((await queries.countAdminsWithPassword.one(tx, {})).admins > 0) return undefined;
        const admin = (await queries.findFirstAdmin.first(tx, {})) ?? (await insert(tx, 'admin', 'admin'));
        return putLink(tx, admin.id);
      }),
    hasAdminWithPassword: () => work('count-admins', async (tx) => (await queries.countAdminsWithPassword.one(tx, {})).admins > 0),
    useLink: (token) =>
      work('use-link', async (tx) => {
        const row = await queries.useLink.first(tx, { token_hash: hashToken(token) });
        if (!row) throw httpErrors.LINK_REFUSED();
        return startSession(tx, { id: row.id, name: row.name, role: row.role as ConsoleRole, hasPassword: false });
      }),
    async signIn(name, password) {
      // Hashing stands between two transactions: a connection is not held for its 80 ms.
      const row = await work('find-account', (tx) => queries.findAccount.first(tx, { name: name.trim().toLowerCase() }));
      const isRight = await verifyPassword(password, row?.password_verifier ?? null);
      if (!row || !isRight) throw httpErrors.SIGN_IN_REFUSED();
      return work('sign-in', (tx) => startSession(tx, { id: row.id, name: row.name, role: row.role as ConsoleRole, hasPassword: true }));
    },
    findSession: (token) =>
      work('find-session', async (tx) => {
        const row = await queries.findSession.first(tx, { token_hash: hashToken(token) });
        return (
          row && {
            account: { id: row.id, name: row.name, role: row.role as ConsoleRole, hasPassword: row.has_password },
            expires: row.expires,
          }
        );
      }),
    signOut: (token) => work('sign-out', async (tx) => void (await queries.deleteSession.run(tx, { token_hash: hashToken(token) }))),
    async setCredentials({ account, token }, givenName, password) {
      const name = givenName.trim().toLowerCase();
      if (!accountName.test(name)) throw httpErrors.INVALID_NAME({ name });
      if (!isStrongEnough(password)) throw httpErrors.WEAK_PASSWORD({ minimum: minimumPasswordLength });
      const verifier = await createVerifier(password);
      try {
        await work('set-credentials', async (tx) => {
          const changed = await queries.setCredentials.run(tx, { id: account.id, name, password_verifier: verifier });
          if (changed === 0) throw httpErrors.PASSWORD_SET({ name: account.name });
          await queries.deleteOtherSessions.run(tx, { account_id: account.id, token_hash: hashToken(token) });
        });
      } catch (error) {
        throw hasCode(error, 'PLINTH_SQL_UNIQUE') ? httpErrors.NAME_TAKEN({ name }, { cause: error }) : error;
      }
    },
  };
}
