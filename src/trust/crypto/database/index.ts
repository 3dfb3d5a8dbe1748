export { type DatabaseEncryption, databaseEncryption, databasePurpose, openInDatabase } from './database-encryption.ts';
