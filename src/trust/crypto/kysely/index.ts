export { encryptedTables } from './plugin.ts';
