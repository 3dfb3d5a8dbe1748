import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { quoteQualified } from '../../../kernel/index.ts';
import { listMovedTables, listStubbornTriggers } from '../placement/index.ts';
import type { LifecycleDeps } from './context.ts';
import { countRows, readTables, type TenantTable } from './tables.ts';

const asOwner = { tier: 'oltp', as: 'owner', tag: 'tenancy.move', isReadOnly: true } as const;

/** The tables whose rows go with a tenant, as they are in that database: those of the shared oltp, since a place has all tiers' tables. */
export async function movedTables(deps: LifecycleDeps, connect: Connect): Promise<readonly TenantTable[]> {
  const rows = await deps.connect.transaction(asOwner, (tx) => listMovedTables.all(tx, {}));
  const names = new Set(rows.map(({ name }) => name));
  return (await connect.transaction(asOwner, (tx) => readTables(deps, 'oltp', tx))).filter(({ name }) => names.has(name));
}

/** Why a tenant cannot go from one database to the other, in words. */
export async function findProblems(deps: LifecycleDeps, tenantId: string, from: Connect, to: Connect): Promise<readonly string[]> {
  const tables = await movedTables(deps, from);
  const names = tables.map(({ name }) => name);
  const there = new Map((await movedTables(deps, to)).map((table) => [table.name, table]));
  const missing = names.filter((name) => !there.has(name)).map((name) => `${name} is not there: run "plinth migrate up --tenants"`);
  if (missing.length > 0) return missing;
  const stubborn = await from.transaction(asOwner, (tx) => listStubbornTriggers.all(tx, { tables: tables.map(({ sql }) => sql) }));
  const occupied = await to.transaction(asOwner, async (tx) => {
    const full: string[] = [];
    for (const table of there.values()) if ((await countRows(tx, table, tenantId)) > 0) full.push(table.name);
    return full;
  });
  // Rows that are nobody's do not go along, and keys are not checked while rows are copied.
  const outside = [...new Set(tables.flatMap(({ references, deferrable }) => [...references, ...deferrable]))].filter(
    (name) => !names.includes(name) && !name.startsWith('tenancy.'),
  );
  const different: string[] = [];
  for (const name of outside) {
    const [here, elsewhere] = await Promise.all([from, to].map((side) => side.transaction(asOwner, (tx) => fingerprint(tx, name))));
    if (here !== elsewhere) different.push(name);
  }
  return [
    ...stubborn.map(
      ({ table, trigger }) => `trigger ${trigger} of ${table} fires for copied rows too, and its trail is kept in the shared database`,
    ),
    ...occupied.map((name) => `${name} has rows of it there already: name another database, or remove them`),
    ...different.map((name) => `its rows refer to ${name}, whose rows are no tenant's and not the same there: bring them first`),
  ];
}

async function fingerprint(tx: Transaction, table: string): Promise<string> {
  const text = `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as found from ${quoteQualified(table)} t`;
  return (await tx.query({ text })).rows[0].found;
}
