export { tryEncryption, tryServer } from './try-server.ts';
