import { messageOf } from '../../kernel/index.ts';
import { type AsOwner, asOwner, type ScheduleDeps } from './context.ts';
import { openMirror } from './mirror/index.ts';
import { checkSpec } from './model/check-spec.ts';
import { firstOf } from './model/occurrences.ts';
import { readTimetable } from './model/timetable.ts';
import { type Zone, zoneOf } from './model/zones.ts';
import {
  databaseNow,
  keepZoneVersion,
  listFuture,
  moveNextRun,
  putSchedule,
  restUndeclared,
  zoneVersion,
} from './sql/queries/queries.gen.ts';

/**
 * Makes the schedules of manifests what these say. Those that no manifest declares any more rest, with their history; made at run time, they
 * are left alone. One that cannot be read is told and left as it is, for the others' sake.
 */
export async function syncDeclared({ connect, declared, log }: ScheduleDeps): Promise<void> {
  const run = asOwner(connect);
  const mirror = openMirror({ connect });
  await run('sync', async (tx) => {
    await mirror.hold(tx);
    const { now } = await databaseNow.one(tx, {});
    for (const { by, ...spec } of declared) {
      try {
        const checked = checkSpec(spec);
        const next_run = firstOf(checked.cron, checked.zone, now.getTime());
        await tx.savepoint(() => putSchedule.run(tx, { ...checked, declared_by: by, next_run }));
      } catch (error) {
        log.error(`schedule ${spec.name} of ${by} is not in force`, { error: messageOf(error) });
      }
    }
    const rested = await restUndeclared.all(tx, { declared: declared.map(({ name }) => name) });
    for (const { name } of rested) log.warn(`schedule ${name} is declared nowhere any more and rests`);
    await mirror.step(tx);
  });
}

/**
 * Computes what is to come anew where this process knows newer rules of time zones than those before, and tells which runs moved. A process
 * with older rules changes nothing.
 */
export async function syncZones(
  { log }: Pick<ScheduleDeps, 'log'>,
  run: AsOwner,
  version: string = process.versions.tz ?? '',
  zone: (name: string) => Zone = zoneOf,
): Promise<readonly string[]> {
  const moved: string[] = [];
  await run('zones', async (tx) => {
    const known = (await zoneVersion.first(tx, {}))?.version;
    if (known !== undefined && known >= version) return;
    for (const row of known === undefined ? [] : await listFuture.all(tx, {})) {
      const next = readTimetable(row.cron, zone(row.zone)).next(row.after.getTime());
      if (next === row.next_run.getTime()) continue;
      const next_run = next === undefined ? null : new Date(next);
      await moveNextRun.run(tx, { id: row.id, next_run });
      moved.push(row.name);
      log.warn(`schedule ${row.name} moved with the rules of ${row.zone}`, { version, from: row.next_run, to: next_run });
    }
    await keepZoneVersion.run(tx, { version });
  });
  return moved;
}
