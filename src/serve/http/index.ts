export type { Account, Accounts, ListedAccount, Session } from './accounts.ts';
export { type Http, type HttpDeps, openHttp } from './http.ts';
export type { ConsoleRole } from './model/roles.ts';
export { type HttpOptions, httpOptions } from './options.ts';
