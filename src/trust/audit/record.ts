import type { Connect } from '../../foundation/connect/index.ts';
import { isUuid, type Tier } from '../../kernel/index.ts';
import type { AuditEntry } from '../tenancy/index.ts';
import { recordEvents } from './sql/queries/queries.gen.ts';

/** Writes entries where their data is; those of the platform as a whole to oltp. One transaction per database. */
export async function recordEntries(connect: Connect, entries: readonly AuditEntry[]): Promise<void> {
  for (const [tier, group] of Map.groupBy(entries, (entry): Tier => entry.tier ?? 'oltp')) {
    const rows = JSON.stringify(group.map(rowOf));
    await connect.transaction({ tier, as: 'owner', tag: 'audit.record' }, (tx) => recordEvents.run(tx, { entries: rows }));
  }
}

/** What was attempted with something that is no id is no less worth recording. */
const rowOf = (entry: AuditEntry) => ({
  tenant_id: isUuid(entry.tenantId) ? entry.tenantId : undefined,
  kind: entry.kind,
  action: entry.action,
  is_success: entry.success,
  target_type: entry.target?.type,
  target_id: entry.target?.id,
  row_count: entry.rowCount,
  keys: entry.keys,
  user_id: isUuid(entry.userId) ? entry.userId : undefined,
  origin: entry.origin,
  purpose: entry.purpose ?? entry.origin?.purpose,
  duration_ms: entry.durationMs,
  complexity_score: entry.complexityScore,
  classification: entry.classification,
  compliance_flags: entry.complianceFlags,
  details: entry.details,
});
