import { messageOf, type Service, uuidv7 } from '../../../kernel/index.ts';
import { lead } from '../../queue/index.ts';
import { asOwner, type ScheduleDeps } from '../context.ts';
import { openMirror } from '../mirror/index.ts';
import type { ScheduledJob } from '../model/types.ts';
import { fireDue, followUp } from '../scheduler.ts';
import { syncDeclared, syncZones } from '../sync.ts';
import { scheduleAlerts } from './alerts.ts';

/**
 * Fires schedules while the platform serves. One process leads, for economy; that another fires at the same time, or this one for a while
 * after it lost the lead, does no harm, since each occurrence is taken once.
 */
export function scheduling(deps: ScheduleDeps, list: () => Promise<readonly ScheduledJob[]>): Service {
  const { connect, clock, log } = deps;
  const alerts = scheduleAlerts(deps.events);

  const mirror = openMirror(deps);
  async function keepMirror(): Promise<undefined> {
    for (const name of await mirror.keep()) log.info(`what pg_cron has of schedule ${name} was brought in step`);
    return undefined;
  }

  const leading = lead({ connect, clock, log }, { name: 'schedule', holder: uuidv7() }, [
    { name: 'schedule.fire', intervalMs: 1_000, run: (held) => fireDue(held.transaction, { log, missed: alerts.missed }) },
    { name: 'schedule.follow-up', intervalMs: 2_000, run: (held) => followUp(held.transaction) },
    // Not at the same second of each minute: some things change hands only between two times of a schedule.
    { name: 'schedule.mirror', intervalMs: 47_000, run: keepMirror },
    { name: 'schedule.watch', intervalMs: 60_000, run: async () => void alerts.stand(await list()) },
  ]);

  let controller: AbortController | undefined;
  let syncing: Promise<void> = Promise.resolve();
  // Each process brings the manifests it was started with into force, whoever leads.
  async function sync(signal: AbortSignal) {
    while (!signal.aborted) {
      try {
        await deps.queue.definitions.sync();
        await syncDeclared(deps);
        await syncZones(deps, asOwner(connect));
        return;
      } catch (error) {
        log.error('schedules of the manifests are not in force yet', { error: messageOf(error) });
        await clock.sleep(5_000, signal).catch(() => {});
      }
    }
  }

  return {
    name: 'schedule',
    start() {
      if (controller) return;
      controller = new AbortController();
      syncing = sync(controller.signal);
      leading.start();
    },
    async stop() {
      controller?.abort();
      await Promise.all([syncing, leading.stop()]);
      controller = undefined;
    },
  };
}
