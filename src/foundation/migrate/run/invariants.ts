import { migrateErrors } from '../errors.ts';
import { touchedTables } from '../parse/index.ts';
import { findViolations } from '../sql/queries/queries.gen.ts';
import type { Ready } from './announce.ts';
import type { Run } from './run.ts';

const meanings: Readonly<Record<string, string>> = {
  'primary-key': 'has no primary key',
  'row-security': 'holds rows of tenants without enabled and forced row security',
  owner: 'belongs to another role than the one that migrates',
  'valid-index': 'is an invalid index',
  'valid-constraint': 'is a constraint that was left not valid without saying so',
  'indexed-key': 'is a foreign key without an index that begins with its columns',
};

/**
 * Looks at the tables a migration made or changed, before it is committed. One query, and none for a file that touches
 * no table.
 *
 * @throws PLINTH_MIGRATE_INVARIANT
 */
export async function checkInvariants(run: Run, { pending, parsed }: Ready): Promise<void> {
  const { born, touched, notValid, allowed } = touchedTables(parsed);
  if (touched.length === 0) return;
  const found = await findViolations.all(run.session, { born: [...born], touched: [...touched], not_valid: [...notValid] });
  const bare = (object: string) => object.replaceAll('"', '');
  const violations = found.filter(({ rule, object }) => !allowed.includes(`${rule} ${bare(object)}`));
  if (violations.length === 0) return;
  throw migrateErrors.INVARIANT({
    id: pending.file.id,
    violations: violations.map(({ rule, object }) => `${bare(object)} ${meanings[rule ?? ''] ?? ''} (${rule})`),
  });
}
