import { join } from 'node:path';
import { type Connect, distinctDatabases } from '../../foundation/connect/index.ts';
import { type Clock, type EventBus, type Log, loop, messageOf, type Tier } from '../../kernel/index.ts';
import type { AuditEntry, Tenancy } from '../tenancy/index.ts';
import { anchorFiles, type Chain, openChain } from './chain/index.ts';
import { rowHistory } from './history.ts';
import { auditProbe } from './isolation-probe.ts';
import { complianceFlags } from './metadata/index.ts';
import type { Audit, Classification } from './model/types.ts';
import { openParts } from './open-parts.ts';
import type { AuditOptions } from './options.ts';
import { recordEntries } from './record.ts';
import { enterEra } from './sql/queries/queries.gen.ts';
import { tenantKeys } from './tenant-keys.ts';
import { openTracking, refreshTables } from './track.ts';

export interface AuditDeps {
  readonly connect: Connect;
  readonly tenancy: Pick<Tenancy, 'find'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  /** Absolute; holds the key that signs anchors, and the anchors where no other folder is given. */
  readonly dataDir: string;
  readonly classification: () => Classification | undefined;
}

// Triggers follow their tables at once where the server lets us have event triggers; classifications, and elsewhere columns too, wait for this.
const refreshMs = 60_000;

/** Opens audit on an up-to-date schema; triggers of tables that a migration has changed are made anew. */
export async function openAudit(deps: AuditDeps, options: AuditOptions): Promise<Audit> {
  const { connect, dataDir, log } = deps;
  const anchors = anchorFiles(options.anchorDir ?? join(dataDir, 'audit-anchors'), join(dataDir, 'audit-anchor-key.pem'));
  const tracking = openTracking(deps);
  const chain = openChain({ ...deps, anchors }, options);
  await Promise.all(distinctDatabases(connect).map((tier) => prepare(deps, tier)));
  const record: Audit['record'] = (...entries) => recordEntries(connect, entries.map(withFlags));
  const { parts, service, ...opened } = await openParts({ ...deps, record, chain: () => wholeness(chain) });
  const history: Audit['history'] = (request) => rowHistory(connect, request);
  return {
    ...tracking,
    ...parts,
    chain,
    record,
    sink: { record },
    tenantData: tenantKeys(deps),
    isolationProbe: auditProbe({ tracked: tracking.tracked, history, answers: parts.answers }),
    services: [
      chain.service,
      service,
      loop(deps, {
        name: 'audit.tracking',
        intervalMs: refreshMs,
        async run() {
          const tables = await tracking.refresh();
          if (tables.length > 0) log.info('audit: triggers were made anew', { tables });
        },
      }),
    ],
    history,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** Before anything is written: notices a database that has come from another cluster, and tables that a migration has changed. */
async function prepare({ connect, log, events }: AuditDeps, tier: Tier): Promise<void> {
  await connect.transaction({ tier, as: 'owner', tag: 'audit.open' }, async (tx) => {
    await enterEra.one(tx, {});
    // Somebody may hold a lock on a table for long; that is tried again while serving, and keeps nothing from starting.
    await tx
      .savepoint(() => refreshTables(tx, events))
      .catch((error) => log.warn(`audit: triggers in ${tier} may be out of date`, { error: messageOf(error) }));
  });
}

/** What the caller has not said of the data follows from the action. */
const withFlags = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  complianceFlags:
    entry.complianceFlags ??
    complianceFlags(entry.action, { ...(entry.classification && { level: entry.classification }), compliance: [] }),
});

async function wholeness(chain: Chain): Promise<string> {
  const { findings, status, anchoredHeads } = await chain.verify();
  const events = status.reduce((sum, { sealedEvents }) => sum + sealedEvents, 0);
  const verdict =
    findings.length === 0 ? 'The chain is whole' : `The chain is broken in ${findings.length} places (plinth audit verify names them)`;
  return `${verdict}: ${events} events were compared with their seals, and ${anchoredHeads} heads with their anchors outside the database.`;
}
