import type { Tier } from '../../../kernel/index.ts';
import { sha256 } from './checksum.ts';
import type { SourceFiles } from './migration.ts';

/** The version of a tier's schema when exactly these files are applied; the words of `migrate.schema_version`. */
export function schemaVersion(files: readonly SourceFiles[], tier: Tier): string {
  const migrations = files.flatMap((source) => source.migrations).filter(({ tiers }) => tiers.includes(tier));
  const lines = migrations.map(({ source, name, id, checksum }) => ({ key: [source, name] as const, line: `${id} ${checksum}` }));
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  lines.sort((a, b) => compare(a.key[0], b.key[0]) || compare(a.key[1], b.key[1]));
  return sha256(lines.map(({ line }) => line).join('\n'));
}
