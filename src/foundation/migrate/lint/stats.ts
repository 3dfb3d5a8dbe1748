import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Tier } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { isApplied } from '../model/states.ts';
import { readLedger } from '../run/index.ts';
import { type Production, productionPath, type TableSize } from './production.ts';
import { listTableSizes, readServerVersion } from './sql/queries/queries.gen.ts';
import { dotted } from './vocabulary.ts';

/**
 * What lint wants to know of the databases that are open: version, sizes of all tables, migrations that are applied. Reads only;
 * asking for a table's size waits while somebody holds ACCESS EXCLUSIVE on it.
 */
export async function takeStats({ connect, readFiles, databases }: Context): Promise<Production> {
  const tables: Partial<Record<Tier, Record<string, TableSize>>> = {};
  const applied = new Set<string>();
  let server = 0;
  for (const database of databases(readFiles())) {
    const request = { tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.stats' } as const;
    const found = await connect.transaction(request, async (tx) => ({
      version: await readServerVersion.one(tx, {}),
      sizes: await listTableSizes.all(tx, {}),
      ledger: await readLedger(tx),
    }));
    server = Math.max(server, found.version.major);
    const sizes = Object.fromEntries(
      found.sizes.map(({ schema, name, rows, bytes }) => [dotted([schema, name]), { rows: rounded(rows), bytes: rounded(bytes) }]),
    );
    // Tiers that share a database share its tables.
    for (const tier of database) tables[tier] = sizes;
    for (const { id, state } of found.ledger.rows) if (isApplied(state)) applied.add(id);
  }
  return { server, tables, applied: [...applied].sort() };
}

/** To two digits: a size says how long something takes, and a fresh file should not differ everywhere. */
const rounded = (count: number) => Number(count.toPrecision(2));

/** Writes them beside plan.lock, what is applied of that product only; false when the file says the same already. */
export function writeStats(product: { readonly name: string; readonly dir: string }, { server, tables, applied }: Production): boolean {
  const path = productionPath(product.dir);
  const text = formatStats({ server, tables, applied: applied.filter((id) => id.startsWith(`${product.name}/`)) });
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  writeFileSync(path, text);
  return true;
}

/** One table a line, so that growth reads as a line of a review. */
function formatStats({ server, tables, applied }: Production): string {
  const tiers = Object.entries(tables).map(([tier, sizes]) => {
    const lines = Object.entries(sizes ?? {}).map(([name, size]) => `      ${JSON.stringify(name)}: ${JSON.stringify(size)}`);
    return `    ${JSON.stringify(tier)}: {\n${lines.join(',\n')}\n    }`;
  });
  return `{\n  "server": ${server},\n  "applied": ${JSON.stringify(applied, null, 4).replace(/\]$/, '  ]')},\n  "tables": {\n${tiers.join(',\n')}\n  }\n}\n`;
}
