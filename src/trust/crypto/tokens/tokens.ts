import type { TenantSubject } from '../../../foundation/connect/index.ts';
import type { AuditEntry, AuditSink, Tenancy } from '../../tenancy/index.ts';
import { type ColumnRegistry, type IndexKind, RowCipher, searchPurpose, termOf } from '../columns/index.ts';
import { cryptoErrors } from '../errors.ts';
import type { DataKeys } from '../keys/index.ts';
import { checkedValue, newToken, type TokenKind } from './model/shapes.ts';
import { deleteToken, findToken, insertToken, readToken } from './sql/queries/queries.gen.ts';

export interface TokensDeps {
  readonly tenancy: Tenancy;
  readonly dataKeys: DataKeys;
  readonly registry: ColumnRegistry;
  readonly audit: () => AuditSink | undefined;
}

/** Values kept in a vault, and what stands for them elsewhere. Every call is the work of a tenant's subject, as its role allows. */
export interface Tokens {
  /**
   * The token of a value, for members; the same for the same value of the tenant.
   * @throws PLINTH_CRYPTO_NO_TOKEN_SHAPE
   */
  tokenize(subject: TenantSubject, kind: TokenKind, value: string): Promise<string>;
  /**
   * The value of a token, for members. On record before it is given, with `subject.origin.purpose`.
   * @throws PLINTH_CRYPTO_TOKEN_UNKNOWN, PLINTH_CRYPTO_NO_AUDIT
   */
  detokenize(subject: TenantSubject, token: string): Promise<string>;
  /** Removes a token and its value, for administrators; false when there was none. */
  remove(subject: TenantSubject, token: string): Promise<boolean>;
}

const table = 'crypto.tokens';
const indexKinds: Readonly<Record<TokenKind, IndexKind>> = { card: 'exact', email: 'email', phone: 'phone', text: 'exact' };
/** A token is taken by chance once in billions; more often something is wrong. */
const tries = 5;

export function openTokens({ tenancy, dataKeys, registry, audit }: TokensDeps): Tokens {
  const request = { tier: 'oltp', tag: 'crypto.tokens' } as const;
  const cipher = async (tenantId: string) => RowCipher.open(dataKeys, tenantId, await registry.of('oltp', table));

  return {
    async tokenize(subject, kind, value) {
      const { tenantId: tenant_id } = subject;
      const checked = checkedValue(kind, value);
      const [tokens, search] = await Promise.all([cipher(tenant_id), dataKeys.ring(tenant_id, searchPurpose)]);
      const lookup = termOf(search.derive(`${table} ${kind}`), indexKinds[kind], checked);
      return tenancy.run(subject, request, async (tx) => {
        for (let attempt = 0; attempt < tries; attempt++) {
          const known = await findToken.first(tx, { tenant_id, kind, lookup });
          if (known) return known.token;
          const token = newToken(kind, checked);
          const sealed = tokens.column('sealed').encrypt(checked, [token]);
          const inserted = await insertToken.first(tx, { tenant_id, token, kind, lookup, sealed });
          if (inserted) return inserted.token;
        }
        throw new Error(`no free token of kind ${kind} in ${tries} tries`);
      });
    },
    async detokenize(subject, token) {
      const { tenantId: tenant_id, userId, origin } = subject;
      const sink = audit();
      if (!sink) throw cryptoErrors.NO_AUDIT({ action: 'Reading the value of a token' });
      const found = await tenancy.run(subject, { ...request, isReadOnly: true }, (tx) => readToken.first(tx, { tenant_id, token }));
      const entry: AuditEntry = {
        kind: 'access',
        action: 'crypto.detokenize',
        success: found !== undefined,
        tenantId: tenant_id,
        userId,
        tier: 'oltp',
        target: { type: 'table', id: table },
        purpose: origin?.purpose,
        rowCount: found ? 1 : 0,
        ...(found && { keys: [token] }),
      };
      await sink.record(entry);
      if (!found) throw cryptoErrors.TOKEN_UNKNOWN();
      const [opened] = await (await cipher(tenant_id)).decryptRows([{ token, sealed: found.sealed }]);
      return (opened as { readonly sealed: string }).sealed;
    },
    remove: (subject, token) =>
      tenancy.run(subject, request, async (tx) => (await deleteToken.run(tx, { tenant_id: subject.tenantId, token })) > 0),
  };
}
