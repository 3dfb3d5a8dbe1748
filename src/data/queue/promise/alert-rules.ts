import type { Connect } from '../../../foundation/connect/index.ts';
import { asAudited, type EventBus } from '../../../kernel/index.ts';
import { promiseErrors } from './errors.ts';
import { alertSeverities } from './model/alert.ts';
import { auditAlert, listAlertRules, lockAlert, setAlert } from './sql/queries/queries.gen.ts';
import type { AlertChange, AlertRules } from './types.ts';

/** What operators are told of, and how they change it. */
export function openAlertRules({ connect, events }: { readonly connect: Connect; readonly events: EventBus }): AlertRules {
  const request = { tier: 'queue', as: 'owner', tag: 'queue.alert' } as const;

  return {
    alertRules: () =>
      connect.transaction({ ...request, isReadOnly: true }, async (tx) =>
        (await listAlertRules.all(tx, {})).map((row) => ({
          ...{ name: row.name, queue: row.queue ?? undefined, metric: row.metric, comparison: row.comparison as '>' | '<' },
          ...{ threshold: row.threshold, forS: row.for_s, severity: row.severity as 'info', isEnabled: row.is_enabled },
          ...{ fired: row.fired, lastFired: row.last_fired ?? undefined, isFiring: row.is_firing },
        })),
      ),

    setAlert: (name, { queue, ...change }, { by }) => {
      const target = { type: 'alert', id: queue === undefined ? name : `${name} of ${queue}` };
      return asAudited(events, { action: 'queue.alert', target, details: { ...change, by } }, () =>
        connect.transaction(request, async (tx) => {
          const key = { name, queue: queue ?? null };
          const before = await lockAlert.first(tx, key);
          if (!before) throw promiseErrors.UNKNOWN_ALERT({ alert: target.id });
          checkAlert(before.metric, change);
          const { threshold = before.threshold, forS = before.for_s, severity = before.severity, isEnabled = before.is_enabled } = change;
          await setAlert.run(tx, { ...key, threshold, for_s: forS, severity, is_enabled: isEnabled });
          const was: Required<Omit<AlertChange, 'queue'>> = {
            ...{ threshold: before.threshold, forS: before.for_s, severity: before.severity as 'info', isEnabled: before.is_enabled },
          };
          await auditAlert.run(tx, { name: target.id, details: JSON.stringify({ ...change, was }), by });
        }),
      );
    },
  };
}

const longestForS = 86_400;
/** Shares of one, and the levels of a queue; what is not here has no upper bound. */
const largest: Readonly<Record<string, number>> = { error_rate: 1, notify_usage: 1, fairness: 1, level: 3 };

/** @throws PLINTH_QUEUE_BAD_ALERT */
function checkAlert(metric: string, change: Omit<AlertChange, 'queue'>): void {
  const { threshold, forS, severity } = change;
  const most = largest[metric];
  if (Object.values(change).every((value) => value === undefined)) {
    throw promiseErrors.BAD_ALERT({ what: 'change', value: 'nothing', allowed: 'a threshold, a time, a severity, or on and off' });
  }
  if (threshold !== undefined && !(threshold >= 0 && threshold <= (most ?? Number.MAX_VALUE))) {
    const allowed = most === undefined ? `a number from 0, in the unit of ${metric}` : `a number from 0 to ${most}, as ${metric} is`;
    throw promiseErrors.BAD_ALERT({ what: 'threshold', value: String(threshold), allowed });
  }
  if (forS !== undefined && !(Number.isInteger(forS) && forS >= 0 && forS <= longestForS)) {
    throw promiseErrors.BAD_ALERT({ what: 'time', value: `${forS} s`, allowed: `whole seconds from 0 to ${longestForS}` });
  }
  if (severity !== undefined && !alertSeverities.some((one) => one === severity)) {
    throw promiseErrors.BAD_ALERT({ what: 'severity', value: severity, allowed: alertSeverities.join(', ') });
  }
}
