import { hasCode } from '../../../kernel/index.ts';
import type { Crypto, EncryptedColumn } from '../../crypto/index.ts';
import type { LinkedTable, Sought } from './model/statements.ts';
import type { Identifier } from './types.ts';

/** What finds and opens sealed values. */
export type SealedAccess = Pick<Crypto, 'columns' | 'keys' | 'table'>;

/** The purpose whose key makes blind indexes. */
const searchPurpose = 'search';

/** The form under which an application gave the value to be indexed: a phone number with its plus. */
const indexedForm = ({ index }: EncryptedColumn, value: string) => (index?.kind === 'phone' ? `+${value}` : value);

/**
 * What a table is searched for. In a sealed column equal values are found by its blind index, which has another key for each tenant: so there
 * is a term for each tenant that has one. Makes no keys.
 */
export async function seek(crypto: SealedAccess, table: LinkedTable, identifiers: readonly Identifier[]): Promise<Sought> {
  const sealed = Object.entries(table.matches).flatMap(([name, kind]) => {
    const column = table.sealed.get(name);
    const wanted = identifiers.filter((one) => one.kind === kind);
    return column && wanted.length > 0 ? [{ column, wanted }] : [];
  });
  const terms = new Map<string, { tenantId: string; term: string }[]>(sealed.map(({ column }) => [column.column, []]));
  if (sealed.length === 0) return { identifiers, terms };
  const keys = await crypto.keys();
  const tenants = new Set(
    keys.filter(({ purpose, state }) => purpose === searchPurpose && state === 'active').map(({ tenantId }) => tenantId),
  );
  for (const tenantId of tenants) {
    const cipher = await crypto.table({ tenantId, table: `${table.schema}.${table.table}`, tier: table.tier });
    for (const { column, wanted } of sealed) {
      const here = wanted.filter((one) => one.tenantId === undefined || one.tenantId === tenantId);
      const found = here.map(({ value }) => ({ tenantId, term: cipher.term(column.column, indexedForm(column, value)).toString('hex') }));
      terms.get(column.column)?.push(...found);
    }
  }
  return { identifiers, terms };
}

type Json = Record<string, unknown>;

/** SQL of the row as JSON, and of its key as texts: numbers of JSON are not exact. */
export const sealedShape = (table: LinkedTable, quote: (name: string) => string): string => {
  const [first] = table.sealed.values();
  const key = first ? `array[${first.keyColumns.map((name) => `t.${quote(name)}::text`).join(', ')}]` : 'null::text[]';
  return `to_jsonb(t) as row, ${key} as key`;
};

/** A row of that shape as a person may have it: sealed values are opened, their indexes left out. */
export async function openRow(crypto: SealedAccess, table: LinkedTable, { row, key }: { row: Json; key: string[] }): Promise<Json> {
  if (table.sealed.size === 0) return row;
  const place = { tenantId: String(row.tenant_id), table: `${table.schema}.${table.table}`, tier: table.tier };
  const cipher = await crypto.table(place).catch((error) => {
    // Nobody can read them any more, so nobody has them.
    if (hasCode(error, 'PLINTH_CRYPTO_KEYS_DESTROYED')) return undefined;
    throw error;
  });
  const opened = { ...row };
  for (const [name, { index }] of table.sealed) {
    const sealed = row[name];
    if (typeof sealed === 'string') opened[name] = cipher?.column(name).decrypt(Buffer.from(sealed.slice(2), 'hex'), key) ?? null;
    if (index) delete opened[index.column];
  }
  return opened;
}
