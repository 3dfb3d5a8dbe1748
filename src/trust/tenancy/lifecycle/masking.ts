import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from '../../../foundation/connect/index.ts';
import { quoteIdentifier, quoteLiteral, type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { LifecycleDeps } from './context.ts';
import { lifecycleErrors } from './errors.ts';
import type { ListUsersRow } from './sql/queries/queries.gen.ts';
import type { Reading, TenantTable } from './tables.ts';

/** A tenant as it is written for people who may not see it: under another id, with other people, nobody recognisable. */
export interface Masking {
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string };
  /** How the tables of a database are read; undefined for one that stays behind. */
  readings(tx: Transaction, tier: Tier, tenantId: string): Promise<(table: TenantTable) => Reading | undefined>;
  user(row: ListUsersRow): ListUsersRow;
}

const memberships = 'tenancy.tenant_users';

/** Draws the id and the pseudonyms of one masked copy; nobody can lead them back. @throws PLINTH_TENANCY_NO_MASKER */
export function drawMasking(deps: LifecycleDeps, slug: string): Masking {
  const masker = deps.masker();
  if (!masker) throw lifecycleErrors.NO_MASKER({ slug });
  const seed = randomBytes(32);
  const salt = randomBytes(32).toString('hex');
  const id = uuidv7(deps.clock.now().getTime());
  const stranger = (userId: string) => createHash('sha256').update(`${salt}${userId}`).digest('hex').slice(0, 32);
  return {
    tenant: { id, slug, name: slug },
    async readings(tx, tier, tenantId) {
      const expressions = await masker.expressions(tx, tier, seed);
      // Bound to the transaction, so that it stands in no statement.
      await tx.query({ text: "select set_config('app.clone_salt', $1, true)", values: [salt] });
      const staysBehind = new Set(deps.data().flatMap(({ value }) => value.unmaskable ?? []));
      return (table) => {
        if (staysBehind.has(table.name) || (table.isRecord && table.name !== memberships)) return undefined;
        const people = table.userColumns.map((name) => [name, strangerIn(`t.${quoteIdentifier(name)}`)] as const);
        return {
          tenantId,
          instead: new Map([...(expressions.get(table.name) ?? []), ...people, ['tenant_id', `${quoteLiteral(id)}::uuid`]]),
        };
      };
    },
    user({ id, ...row }) {
      const known = stranger(id);
      return { ...row, id: asUuid(known), email: `${known.slice(0, 16)}@masked.invalid`, name: `Person ${known.slice(0, 4)}` };
    },
  };
}

const asUuid = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** The same stranger as `user` makes of a person. */
const strangerIn = (column: string) =>
  `encode(substr(sha256(convert_to(current_setting('app.clone_salt') || ${column}, 'UTF8')), 1, 16), 'hex')::uuid`;
