import { readParts } from '../files/index.ts';
import type { MigrationFile, ObjectsFile } from '../model/migration.ts';
import type { LintedFile } from './types.ts';

/** A migration as the rules see it. @throws PLINTH_MIGRATE_BAD_OPTION */
export function lintedUp(file: MigrationFile): LintedFile {
  const { options, pre } = readParts(file);
  return {
    ...{ migration: file.id, path: file.path, text: file.up, role: 'up', tiers: file.tiers },
    isTransactional: options.isTransactional,
    hasPre: pre !== undefined,
    ...(options.phase && { phase: options.phase }),
  };
}

export const lintedObjects = ({ id, path, text, tiers }: ObjectsFile): LintedFile => ({
  ...{ migration: id, path, text, role: 'objects', tiers, isTransactional: true, hasPre: false },
});
