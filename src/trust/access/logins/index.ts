export { type Logins, openLogins } from './open-logins.ts';
