export { createMigrations } from './create-migration.ts';
export { type MigrationParts, readParts, readPlanText } from './read-parts.ts';
export { readSource, readText } from './read-source.ts';
