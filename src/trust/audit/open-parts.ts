import type { Connect } from '../../foundation/connect/index.ts';
import { type Clock, type EventBus, type Log, messageOf, type Service } from '../../kernel/index.ts';
import type { AuditEntry, Tenancy } from '../tenancy/index.ts';
import { type Anomalies, openAnomalies } from './anomalies/index.ts';
import { type Answers, openAnswers } from './answers/index.ts';
import { type LongTerm, openLongTerm } from './long-term/index.ts';
import { type Metadata, openMetadata } from './metadata/index.ts';
import type { Classification } from './model/types.ts';
import { type OutsideSession, openEntryQueue, outsideSessions, recordOperations, trackGovernedTables } from './operations/index.ts';
import { openReads, type Reads } from './reads/index.ts';
import { openReports, type Reports } from './reports/index.ts';
import { watchTrail } from './services/watch.ts';

/** What stands on the trail: who writes into it beside the triggers, and who asks it. */
export interface AuditParts {
  readonly reads: Reads;
  readonly metadata: Metadata;
  readonly anomalies: Anomalies;
  readonly answers: Answers;
  readonly reports: Reports;
  readonly longTerm: LongTerm;
  /** Sessions now of which the trail sees changes only. */
  outsideSessions(): Promise<readonly OutsideSession[]>;
  /** Resolves when what was read, done and refused so far is durable. */
  settled(): Promise<void>;
}

export interface PartsDeps {
  readonly connect: Connect;
  readonly tenancy: Pick<Tenancy, 'find'>;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDir: string;
  readonly classification: () => Classification | undefined;
  /** All or none; durable when resolved. */
  record(...entries: readonly AuditEntry[]): Promise<void>;
  chain(): Promise<string>;
}

export interface OpenedParts extends AsyncDisposable {
  readonly parts: AuditParts;
  readonly service: Service;
}

/** Opens the parts over the core of the trail. Disposing writes what is still to be written. */
export async function openParts(deps: PartsDeps): Promise<OpenedParts> {
  const { connect, clock, log, events } = deps;
  // Somebody may hold a lock on one of them for long; the next start tries again, and this one goes on.
  await trackGovernedTables(connect).catch((error) => log.warn('audit: who may do what is not tracked yet', { error: messageOf(error) }));
  const queue = openEntryQueue({ clock, log, write: (entries) => deps.record(...entries) });
  const operations = recordOperations(events, queue);
  const metadata = openMetadata(deps);
  const reads = openReads({ ...deps, metadata, queue });
  const anomalies = openAnomalies({ connect, clock, events });
  const longTerm = openLongTerm(connect);
  return {
    parts: {
      ...{ reads, metadata, anomalies, longTerm },
      answers: openAnswers(deps),
      reports: openReports(deps),
      outsideSessions: () => outsideSessions(connect),
      async settled() {
        await reads.idle();
        await queue.idle();
      },
    },
    service: watchTrail({ connect, anomalies, longTerm, events, clock, log }),
    async [Symbol.asyncDispose]() {
      operations[Symbol.dispose]();
      await reads[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
    },
  };
}
