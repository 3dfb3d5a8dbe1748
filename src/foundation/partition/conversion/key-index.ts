import { quoteIdentifier } from '../../../kernel/index.ts';
import type { TablePlan } from './model/plan.ts';
import { hasIndex } from './sql/queries/queries.gen.ts';
import { qualified, type Work } from './work.ts';

/**
 * Builds the unique index over the primary key and the column of the cut, beside readers and writers; a leftover of a killed build is
 * removed first. Adopting needs it as the new primary key. Copying needs it because only what a unique index covers is part of a row's
 * identity to the lock FOR KEY SHARE: without it an update of the column would run past the copy, and the row would be there twice.
 */
export async function ensureKeyIndex(work: Work<TablePlan>): Promise<void> {
  const { plan } = work;
  if (plan.keyIndex) await ensureUniqueIndex(work, plan.name, plan.keyIndex, plan.rowKey);
}

/** @param table in the schema of the plan, as the index */
export async function ensureUniqueIndex(work: Work, table: string, index: string, columns: readonly string[]): Promise<void> {
  const { session, plan } = work;
  const place = qualified({ schema: plan.schema, name: index });
  const found = await hasIndex.first(session, { index: place });
  if (found?.is_valid) return;
  if (found) await session.query({ text: `drop index concurrently ${place}` });
  work.progress(`${plan.schema}.${plan.name}: building ${index}`);
  const on = qualified({ schema: plan.schema, name: table });
  const list = columns.map(quoteIdentifier).join(', ');
  await session.query({ text: `create unique index concurrently ${quoteIdentifier(index)} on ${on} (${list})` });
}

export function keyIndexDrop({ plan }: Work<TablePlan>): string[] {
  return plan.keyIndex ? [`drop index if exists ${qualified({ schema: plan.schema, name: plan.keyIndex })}`] : [];
}
