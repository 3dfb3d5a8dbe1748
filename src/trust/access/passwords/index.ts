export { openPasswords } from './open-passwords.ts';
export type * from './types.ts';
