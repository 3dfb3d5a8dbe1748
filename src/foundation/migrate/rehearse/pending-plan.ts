import type { Context, Database } from '../context.ts';
import type { SourceFiles } from '../model/migration.ts';
import { type Pending, planDatabase, readLedger, type Work } from '../run/index.ts';
import { itemChecksum, type PlanItem, planHash } from './model/plan.ts';

/** What is pending in all databases, in the order of application, bound to its bytes. */
export interface PendingPlan {
  readonly hash: string;
  readonly items: readonly PlanItem[];
  readonly databases: readonly { readonly database: Database; readonly work: Work }[];
}

/**
 * Reads ledgers and files. The ledger's own migrations are no part of it: `up` brings them along before it looks at anything. With
 * `sources` only theirs are.
 */
export async function pendingPlan(context: Context, files: readonly SourceFiles[], sources?: readonly string[]): Promise<PendingPlan> {
  const isMeant = (source: string) => sources?.includes(source) ?? true;
  const databases: { database: Database; work: Work }[] = [];
  for (const database of context.databases(files)) {
    const request = { tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.plan' } as const;
    const ledger = await context.connect.transaction(request, readLedger);
    const work = await planDatabase({ tiers: database }, files, ledger, context.options.order);
    const pending = work.pending.filter(({ file }) => file.source !== 'migrate' && isMeant(file.source));
    databases.push({ database, work: { ...work, pending, objects: work.objects.filter(({ source }) => isMeant(source)) } });
  }
  const items = databases.flatMap(({ database, work }) => [
    ...work.pending.map(migrationItem),
    ...work.objects.flatMap(({ changed, removed }) => [
      ...changed.map(({ id, sha256 }) => ({ id, tiers: [database[0]], checksum: sha256 })),
      ...removed.map(({ id }) => ({ id, tiers: [database[0]], checksum: 'removed' })),
    ]),
  ]);
  return { hash: planHash(items), items, databases };
}

function migrationItem({ file, parts, tiers }: Pending): PlanItem {
  return { id: file.id, tiers, checksum: itemChecksum({ up: file.checksum, ...parts.checksums }) };
}
