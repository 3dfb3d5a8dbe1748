export { openPasswords } from './open-passwords.ts';
export { keepsRecord, recordPassword, retirePassword } from './record.ts';
export type * from './types.ts';
