import { cronPatternOf, isByMinute, isUtc } from './cron-pattern.ts';

/** What is to be known of a schedule to say who can fire it. */
export interface Placeable {
  readonly cron: string;
  readonly zone: string;
  readonly sql: string | null;
  readonly overlap: string;
  readonly jitterMs: number;
  readonly runner: string;
  /** Its SQL runs in another database than that of the queue. */
  readonly isApart: boolean;
}

/** pg_cron as it is found: why schedules cannot be given to it, or by which clock it works. */
export type CronServer =
  | { readonly reason: string }
  | {
      readonly reason?: never;
      readonly login: string;
      readonly database: string;
      /** `cron.timezone`; undefined where it may not be looked at. */
      readonly zone?: string | undefined;
    };

export type Placement =
  | { readonly by: 'plinth'; readonly because: string }
  /** `pattern` is there where pg_cron can say the timetable; else it starts at more times than are due. */
  | { readonly by: 'pg_cron'; readonly isBare: boolean; readonly pattern?: string | undefined };

const bare =
  /^\s*(vacuum|call|cluster\s*(;|$)|alter\s+system|(create|drop)\s+(database|tablespace)|reindex\s+(\([^)]*\)\s*)?(database|system)|(create|drop|reindex)\b[^;]*\bconcurrently|alter\s+table\b[^;]*\bconcurrently|begin\b|start\s+transaction)/i;
const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g;

/** Whether SQL has to be run by itself, outside any transaction or procedure: it says so at its beginning. */
export const isBareStatement = (sql: string) => bare.test(sql.replace(comments, ' '));

/** What keeps a schedule from pg_cron by what it says itself; undefined where nothing does. */
export function obstacleOf(schedule: Placeable): string | undefined {
  if (schedule.sql === null) return 'it makes a job, which a worker runs';
  if (schedule.isApart) return 'its SQL runs in another database than that of the queue';
  if (schedule.overlap === 'allow') return 'its runs may overlap, those of pg_cron do not';
  if (schedule.jitterMs > 0) return 'it is spread over time';
  if (!isByMinute(schedule.cron)) return 'pg_cron knows whole minutes only';
  if (isBareStatement(schedule.sql) && (!isUtc(schedule.zone) || cronPatternOf(schedule.cron) === undefined))
    return 'its statement runs by itself, and pg_cron cannot say its times';
  return undefined;
}

/** Who is to fire a schedule. */
export function placementOf(schedule: Placeable, server: CronServer): Placement {
  const plinth = (because: string): Placement => ({ by: 'plinth', because });
  if (schedule.runner === 'plinth') return plinth('it says so');
  const obstacle = obstacleOf(schedule) ?? server.reason;
  if (obstacle !== undefined) return plinth(obstacle);
  const { zone } = server as { readonly zone?: string };
  const isSaid = isUtc(schedule.zone) && zone !== undefined && isUtc(zone);
  const pattern = isSaid ? cronPatternOf(schedule.cron) : undefined;
  const isBare = isBareStatement(schedule.sql ?? '');
  if (isBare && pattern === undefined) {
    return plinth(
      zone === undefined
        ? 'the clock of pg_cron may not be looked at: grant pg_read_all_settings to plinth_owner'
        : `its statement runs by itself, and the clock of pg_cron is that of ${zone}`,
    );
  }
  return { by: 'pg_cron', isBare, pattern };
}
