import type { EventBus } from '../../../../kernel/index.ts';
import type { Lead } from '../../upkeep/index.ts';
import { type AlertState, nextAlert, quiet } from '../model/alert.ts';
import { levels } from '../model/level.ts';
import {
  fireAlerts,
  type ListAlertsRow,
  listAlerts,
  listOpenAlerts,
  noteAlertsTold,
  type ReadSurroundingsRow,
  resolveAlerts,
} from '../sql/queries/queries.gen.ts';
import type { Assessed } from './health.ts';
import type { Runs } from './runs.ts';

// Of fewer runs a share of failures says nothing.
const leastRuns = 20;

/** What is measured of a queue; undefined where there is nothing to measure. */
const ofQueue: Readonly<Record<string, (one: Assessed, runs: Runs) => number | undefined>> = {
  wait_to_target: (one) => Math.max(0, ...one.headWaitsMs.map((waitMs, band) => waitMs / (one.targetsMs[band] as number))),
  oldest_wait_s: (one) => one.oldestWaitMs / 1_000,
  predicted_wait_s: (one) => one.predictedWaitMs && one.predictedWaitMs / 1_000,
  level: (one) => levels.indexOf(one.level.level),
  live_workers: (one) => (one.jobs.some((jobs) => jobs > 0) ? one.workers : undefined),
  dead_letters: (one, runs) => runs.dead(one.queueId),
  error_rate: (one, runs) => (runs.count(one.queueId) >= leastRuns ? runs.errorRate(one.queueId) : undefined),
  fairness: (one) => one.fairness,
};

/** What is measured once for all queues. */
const ofPlatform: Readonly<Record<string, (found: ReadSurroundingsRow, hasBacklog: boolean) => number | undefined>> = {
  lease_losses: (found) => found.lease_losses,
  loop_lag_ms: (found) => found.loop_lag_ms,
  horizon_age_s: (found, hasBacklog) => (hasBacklog ? found.horizon_age_ms / 1_000 : undefined),
  notify_usage: (found) => found.notify_usage,
  covered_days: (found) => found.covered_days,
};

interface Found {
  readonly alert: ListAlertsRow;
  readonly queueId: number | undefined;
  readonly name: string | undefined;
  readonly value: number | undefined;
  readonly cause: string | undefined;
}

const keyOf = (alertId: string, queueId: number | undefined) => `${alertId} ${queueId ?? ''}`;

/** Looks at what operators want to be told of. An alert that fires is a row until it ends, and is told once. */
export class AlertWatch {
  readonly #events: EventBus;
  #states: Map<string, AlertState> | undefined;

  constructor({ events }: { readonly events: EventBus }) {
    this.#events = events;
  }

  forget(): void {
    this.#states = undefined;
  }

  async round(lead: Lead, assessed: readonly Assessed[], runs: Runs, found: ReadSurroundingsRow, nowMs: number): Promise<void> {
    const fired: (Found & { readonly id: string })[] = [];
    await lead.transaction('queue.alerts', async (tx) => {
      fired.length = 0;
      const alerts = await listAlerts.all(tx, {});
      const open = await listOpenAlerts.all(tx, {});
      // What fires already needs no waiting; what another leader began to wait for begins anew.
      const before = this.#states ?? new Map();
      for (const { alert_id, queue_id } of open) {
        const key = keyOf(alert_id, queue_id ?? undefined);
        before.set(key, { beyondSinceMs: before.get(key)?.beyondSinceMs ?? nowMs, isFiring: true });
      }
      const measured = alerts.flatMap((alert) => measure(alert, assessed, runs, found));
      const isOpen = new Set(open.map(({ alert_id, queue_id }) => keyOf(alert_id, queue_id ?? undefined)));
      const states = new Map<string, AlertState>();
      const begun: Found[] = [];
      for (const one of measured) {
        const key = keyOf(one.alert.id, one.queueId);
        const rule = { comparison: one.alert.comparison as '>' | '<', threshold: one.alert.threshold, forMs: one.alert.for_s * 1_000 };
        const next = nextAlert(before.get(key) ?? quiet, rule, one.value, nowMs);
        states.set(key, next);
        if (next.isFiring && !isOpen.has(key)) begun.push(one);
      }
      // Also those that nobody looks at any more: taken away, switched off, their queue gone.
      const over = open.filter(({ alert_id, queue_id }) => !states.get(keyOf(alert_id, queue_id ?? undefined))?.isFiring);
      if (over.length > 0) {
        await resolveAlerts.run(tx, { resolved: JSON.stringify(over.map(({ alert_id, queue_id }) => ({ alert_id, queue_id }))) });
      }
      if (begun.length > 0) {
        const rows = begun.map(({ alert, queueId, value, cause }) => ({ alert_id: alert.id, queue_id: queueId ?? null, value, cause }));
        for (const { id, alert_id, queue_id } of await fireAlerts.all(tx, { fired: JSON.stringify(rows) })) {
          const one = begun.find(({ alert, queueId }) => alert.id === alert_id && queueId === (queue_id ?? undefined));
          if (one) fired.push({ ...one, id });
        }
      }
      this.#states = states;
    });
    if (fired.length === 0) return;
    for (const one of fired) this.#tell(one);
    await lead.transaction('queue.alerts', (tx) => noteAlertsTold.run(tx, { ids: fired.map(({ id }) => id) }));
  }

  #tell({ alert, name, value, cause }: Found): void {
    const of = name === undefined ? '' : ` of ${name}`;
    const why = cause === undefined ? '' : `, because of ${cause}`;
    const goOn = name === undefined ? 'plinth queue alerts' : 'plinth queue promise';
    this.#events.emit('notified', {
      title: `${alert.name}${of}`,
      message: `${alert.metric}${of} is ${Math.round((value ?? 0) * 100) / 100}, ${alert.comparison === '>' ? 'above' : 'below'} ${alert.threshold}${why}. Look: ${goOn}`,
      severity: alert.severity as 'info' | 'warning' | 'critical',
      category: 'queue',
      data: {
        alert: alert.name,
        metric: alert.metric,
        value,
        threshold: alert.threshold,
        ...(name && { queue: name }),
        ...(cause && { cause }),
      },
    });
  }
}

function measure(alert: ListAlertsRow, assessed: readonly Assessed[], runs: Runs, found: ReadSurroundingsRow): readonly Found[] {
  const platform = ofPlatform[alert.metric];
  if (platform) {
    const hasBacklog = assessed.some(({ jobs }) => jobs.some((one) => one > 0));
    return [{ alert, queueId: undefined, name: undefined, value: platform(found, hasBacklog), cause: undefined }];
  }
  const queues = alert.queue_id === null ? assessed : assessed.filter(({ queueId }) => queueId === alert.queue_id);
  return queues.map((one) => ({
    ...{ alert, queueId: one.queueId, name: one.name, cause: one.cause },
    value: ofQueue[alert.metric]?.(one, runs),
  }));
}
