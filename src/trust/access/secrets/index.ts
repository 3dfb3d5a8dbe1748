export { readPrivate, writeOnce, writeWhole } from './private-files.ts';
export { newPassword, openSecrets, type Secrets } from './secrets.ts';
