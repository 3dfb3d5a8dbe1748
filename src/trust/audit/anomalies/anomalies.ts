import { type Connect, distinctDatabases, type Transaction } from '../../../foundation/connect/index.ts';
import { type Clock, type EventBus, isUuid, nilUuid } from '../../../kernel/index.ts';
import { anomaliesErrors } from './errors.ts';
import { type AnomalyKind, type Deviation, type Hour, judgeHour } from './model/judge.ts';
import { isRaised } from './model/raise.ts';
import {
  expectAnomaly,
  findSame,
  forgetBaselines,
  insertAnomaly,
  type ListAnomaliesRow,
  type ListHistoryRow,
  listAnomalies,
  listHistory,
  listUntold,
  markTold,
  moveCursor,
  oldestEvent,
  putBaselines,
  readCursor,
  repeatAnomaly,
  type SummariseHourRow,
  summariseHour,
  unexpectAnomaly,
} from './sql/queries/queries.gen.ts';

/** Something unusual that a user did for a tenant. */
export interface Anomaly {
  readonly id: string;
  /** Slug, else id; null for the platform's own work. */
  readonly tenant: string | null;
  /** Address, else id; null for work without a user. */
  readonly user: string | null;
  readonly kind: AnomalyKind;
  /** The new table or address, the hour of the day; empty for counts. */
  readonly subject: string;
  readonly observed: number;
  readonly usual: number;
  readonly evidence: string;
  readonly severity: 'medium' | 'high';
  /** Hours in which it was seen. */
  readonly occurrences: number;
  readonly firstHour: Date;
  readonly lastHour: Date;
  readonly expected: { readonly at: Date; readonly by: string; readonly because: string } | null;
}

export interface Anomalies {
  /** The latest 500, newest first; those marked as expected only when asked for. */
  list(request?: { readonly withExpected?: boolean }): Promise<readonly Anomaly[]>;
  /** Says that it is expected, up to what was seen: it is raised again only beyond. @throws PLINTH_AUDIT_UNKNOWN_ANOMALY */
  expect(request: { readonly id: string; readonly by: string; readonly because: string }): Promise<void>;
  /** Takes that back. @throws PLINTH_AUDIT_UNKNOWN_ANOMALY where it was not expected */
  unexpect(request: { readonly id: string; readonly by: string }): Promise<void>;
  /**
   * Judges the hours that have ended since the last call, oldest first, each in one transaction, and raises security events. Returns how
   * many hours and users were judged, and of how many too little is known. One caller at a time.
   */
  judge(request?: { readonly signal?: AbortSignal }): Promise<JudgedHours>;
}

export interface JudgedHours {
  readonly hours: number;
  readonly judged: number;
  readonly tooNew: number;
  readonly raised: number;
}

const hourMs = 3_600_000;
// Statements that began in an hour may still write their events a while later.
const settledMs = 5 * 60_000;
// What is usual is that of four weeks; kept a little longer, so that a gap of the service can be filled.
const historyMs = 28 * 24 * hourMs;
const keptMs = 70 * 24 * hourMs;
// After so long an absence, older hours are left out: nobody acts on them any more.
const longestGapMs = 14 * 24 * hourMs;
const listLimit = 500;
const cursorName = 'anomalies';

export function openAnomalies({ connect, clock, events }: { connect: Connect; clock: Clock; events: EventBus }): Anomalies {
  const asOwner = <T>(tag: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'oltp', as: 'owner', tag: `audit.${tag}` }, work);

  const summarise = async (hour: Date, signal: AbortSignal | undefined) => {
    const rows = await Promise.all(
      distinctDatabases(connect).map((tier) =>
        connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'audit.summarise', ...(signal && { signal }) }, (tx) =>
          summariseHour.all(tx, { from: hour, to: new Date(hour.getTime() + hourMs) }),
        ),
      ),
    );
    return addUp(rows.flat());
  };

  const judgeOne = async (hour: Date, signal: AbortSignal | undefined): Promise<Omit<JudgedHours, 'hours'>> => {
    const summary = await summarise(hour, signal);
    return asOwner('judge', async (tx) => {
      await putBaselines.run(tx, { hour, rows: JSON.stringify(summary) });
      const history = Map.groupBy(await listHistory.all(tx, { hour, since: new Date(hour.getTime() - historyMs) }), keyOf);
      let [judged, tooNew, raised] = [0, 0, 0];
      for (const row of summary) {
        const judgement = judgeHour((history.get(keyOf(row)) ?? []).map(toHour), toHour({ ...row, hour }));
        if (judgement.verdict === 'not enough history') tooNew++;
        else {
          judged++;
          for (const deviation of judgement.deviations) if (await put(tx, row, deviation, hour)) raised++;
        }
      }
      await forgetBaselines.run(tx, { before: new Date(hour.getTime() - keptMs) });
      await moveCursor.run(tx, { name: cursorName, reached: new Date(hour.getTime() + hourMs) });
      return { judged, tooNew, raised };
    });
  };

  /** At least once: a kill after the event and before the mark tells it again. */
  const tell = async () => {
    for (const row of await asOwner('untold', (tx) => listUntold.all(tx, {}))) {
      events.emit('security', {
        eventType: `anomaly.${row.kind}`,
        severity: row.severity as Anomaly['severity'],
        action: row.subject === '' ? row.kind : `${row.kind} ${row.subject}`,
        success: true,
        ...(row.tenant_id !== nilUuid && { tenantId: row.tenant_id }),
        ...(row.user_id !== nilUuid && { userId: row.user_id }),
        reason: row.evidence,
      });
      await asOwner('told', (tx) => markTold.run(tx, { id: row.id }));
    }
  };

  return {
    list: async ({ withExpected = false } = {}) =>
      (await asOwner('anomalies', (tx) => listAnomalies.all(tx, { with_expected: withExpected, limit: listLimit }))).map(toAnomaly),
    async expect({ id, by, because }) {
      const found = isUuid(id) ? await asOwner('expect', (tx) => expectAnomaly.first(tx, { id, by, because })) : undefined;
      tellDecision('audit.expect', id, found, { by, because });
    },
    async unexpect({ id, by }) {
      const found = isUuid(id) ? await asOwner('expect', (tx) => unexpectAnomaly.first(tx, { id })) : undefined;
      tellDecision('audit.unexpect', id, found, { by });
    },
    async judge({ signal } = {}) {
      const total = { hours: 0, judged: 0, tooNew: 0, raised: 0 };
      const end = clock.now().getTime() - settledMs;
      let hour = await firstHour(end);
      for (; hour.getTime() + hourMs <= end; hour = new Date(hour.getTime() + hourMs)) {
        signal?.throwIfAborted();
        const { judged, tooNew, raised } = await judgeOne(hour, signal);
        total.hours++;
        total.judged += judged;
        total.tooNew += tooNew;
        total.raised += raised;
      }
      await tell();
      return total;
    },
  };

  function tellDecision(action: string, id: string, found: { tenant_id: string; kind: string } | undefined, by: Record<string, string>) {
    if (!found) throw anomaliesErrors.UNKNOWN_ANOMALY({ id });
    const tenantId = found.tenant_id === nilUuid ? undefined : found.tenant_id;
    events.emit('audited', { action, success: true, tenantId, target: { type: 'anomaly', id }, details: { ...by, kind: found.kind } });
  }

  /** Where the last call ended; at the first one, where the trail begins. */
  async function firstHour(end: number): Promise<Date> {
    const cursor = await asOwner('cursor', (tx) => readCursor.first(tx, { name: cursorName }));
    const begins = cursor?.reached ?? (await asOwner('cursor', (tx) => oldestEvent.first(tx, {})))?.created ?? new Date(end);
    const from = Math.max(begins.getTime(), end - longestGapMs);
    return new Date(Math.floor(from / hourMs) * hourMs);
  }
}

async function put(tx: Transaction, who: { tenant_id: string; user_id: string }, deviation: Deviation, hour: Date): Promise<boolean> {
  const { kind, subject, ...measured } = deviation;
  const same = { tenant_id: who.tenant_id, user_id: who.user_id, kind, subject };
  const seen = await findSame.first(tx, same);
  const raises = isRaised(seen && { raised: seen.raised, expectedLimit: seen.expected_limit }, deviation, hour);
  if (seen) await repeatAnomaly.run(tx, { ...measured, id: seen.id, hour, is_raised: raises });
  else await insertAnomaly.run(tx, { ...same, ...measured, hour });
  return raises;
}

type Summary = SummariseHourRow;
const keyOf = ({ tenant_id, user_id }: { tenant_id: string; user_id: string }) => `${tenant_id} ${user_id}`;

/** One user may work in several databases. */
function addUp(rows: readonly Summary[]): Summary[] {
  const union = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())].sort();
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return [...Map.groupBy(rows, keyOf).values()].map((same) => ({
    ...(same[0] as Summary),
    event_count: sum(same.map((row) => row.event_count)),
    row_count: sum(same.map((row) => row.row_count)),
    refused_count: sum(same.map((row) => row.refused_count)),
    export_count: sum(same.map((row) => row.export_count)),
    tables: union(same.map((row) => row.tables)),
    addresses: union(same.map((row) => row.addresses)),
  }));
}

function toHour(row: Omit<ListHistoryRow, 'tenant_id' | 'user_id'>): Hour {
  const { hour, event_count: events, row_count: rows, refused_count: refused, export_count: exports, tables, addresses } = row;
  return { hour, events, rows, refused, exports, tables, addresses };
}

function toAnomaly(row: ListAnomaliesRow): Anomaly {
  const { id, subject, observed, usual, evidence, occurrences } = row;
  return {
    ...{ id, subject, observed, usual, evidence, occurrences },
    tenant: row.tenant_id === nilUuid ? null : (row.tenant ?? row.tenant_id),
    user: row.user_id === nilUuid ? null : (row.user_email ?? row.user_id),
    kind: row.kind as AnomalyKind,
    severity: row.severity as Anomaly['severity'],
    firstHour: row.first_hour,
    lastHour: row.last_hour,
    expected: row.expected ? { at: row.expected, by: row.expected_by ?? '', because: row.expected_because ?? '' } : null,
  };
}
