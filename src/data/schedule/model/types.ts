import type { DeclaredSchedule } from '../../../kernel/index.ts';

/** A schedule as it is made at run time. */
export interface ScheduleSpec extends DeclaredSchedule {
  /** A schedule of a tenant: its jobs run in the tenant's context. Default: the platform's own. */
  readonly tenantId?: string;
}

/**
 * `missed`: an occurrence is due for more than twice its period, so no scheduler is at work. `overrunning`: a job has not ended when the
 * next one is due. `failing`: the last job that ended failed. `done`: nothing will come. `gone`: its manifest does not declare it any more.
 */
export type ScheduleState = 'ok' | 'missed' | 'overrunning' | 'failing' | 'done' | 'disabled' | 'gone';

export interface ScheduledJob {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly cron: string;
  readonly zone: string;
  readonly job?: string;
  readonly sql?: string;
  readonly tier?: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly overlap: string;
  readonly catchUp: string;
  readonly catchUpLimit: number;
  readonly jitterMs: number;
  readonly isEach: boolean;
  /** Who is to fire it: `auto` leaves it to what the server has. */
  readonly runner: string;
  readonly firedBy: 'plinth' | 'pg_cron';
  /** Whose manifest declares it; absent where it was made at run time. */
  readonly declaredBy?: string;
  readonly state: ScheduleState;
  readonly nextRun?: Date;
  readonly lastRun?: Date;
}

export type RunState = 'waiting' | 'enqueued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'skipped' | 'missed';

/** An occurrence that was dealt with. */
export interface ScheduleRun {
  readonly schedule: string;
  readonly tenantId: string;
  readonly planned: Date;
  readonly fired: Date;
  readonly state: RunState;
  readonly isManual: boolean;
  /** pg_cron ran it, and no job of the queue. */
  readonly isCron: boolean;
  readonly jobId?: string;
  readonly ended?: Date;
  readonly error?: string;
}

/** One time that is to come. */
export interface Occurrence {
  /** The instant, in UTC. */
  readonly at: Date;
  /** What the wall of the zone shows then, with its offset: `2026-03-29T03:00:00+02:00`. */
  readonly wall: string;
}

/** A schedule in the calendar. */
export interface CalendarEntry {
  readonly name: string;
  readonly tenantId: string;
  readonly state: ScheduleState;
  readonly cron: string;
  readonly zone: string;
  /** What is to come, at most so many that a person would read them one by one. */
  readonly upcoming: readonly Date[];
  /** Time from the first to the second, where there are more than `upcoming` tells. */
  readonly periodMs?: number;
  /** What became of the times of the last 24 hours, by hour of UTC and state; over all tenants. */
  readonly past: readonly { readonly hour: Date; readonly state: RunState; readonly runs: number; readonly error?: string }[];
}

export interface Calendar {
  readonly read: Date;
  readonly until: Date;
  readonly schedules: readonly CalendarEntry[];
}

/** A schedule of SQL, and its job of pg_cron where it has one. */
export interface MirrorEntry {
  readonly name: string;
  readonly runner: string;
  readonly firedBy: 'plinth' | 'pg_cron';
  /** Why pg_cron is not to fire it; absent where it is. */
  readonly because?: string;
  readonly jobId?: number;
  /** When pg_cron starts it, by its own clock: at times of the schedule, and maybe at others, when it finds nothing due. */
  readonly timetable?: string;
  readonly command?: string;
  /** How pg_cron says that its last start ended. */
  readonly lastStatus?: string;
  /** What is not as it is to be; absent where all is. */
  readonly difference?: string;
}

export interface MirrorReport {
  /** Why nothing can be given to pg_cron here; absent where it can. */
  readonly reason?: string;
  /** Zone of the clock of pg_cron, where it may be looked at. */
  readonly zone?: string | undefined;
  readonly schedules: readonly MirrorEntry[];
  /** Jobs of pg_cron that are not ours, and are left alone. */
  readonly others: readonly {
    readonly jobId: number;
    readonly name?: string;
    readonly timetable: string;
    readonly database: string;
    readonly login: string;
    readonly isActive: boolean;
  }[];
}

/** Which schedule: its name, and whose it is where it is a tenant's. */
export interface ScheduleKey {
  readonly name: string;
  readonly tenantId?: string;
}

/** Timetables of a platform. What is of the queue happens in its database, in one transaction with what is noted here. */
export interface Schedule extends AsyncDisposable {
  /**
   * Makes a schedule, or changes the one of this name. What is the same as before moves nothing; another timetable counts from now on.
   * @throws PLINTH_SCHEDULE_BAD_CRON, PLINTH_SCHEDULE_NEVER, PLINTH_SCHEDULE_UNKNOWN_ZONE, PLINTH_SCHEDULE_UNKNOWN_JOB_TYPE,
   * PLINTH_SCHEDULE_INVALID, PLINTH_SCHEDULE_DECLARED
   */
  every(spec: ScheduleSpec): Promise<ScheduledJob>;
  /** Removes it with its history. @throws PLINTH_SCHEDULE_UNKNOWN_SCHEDULE, PLINTH_SCHEDULE_DECLARED */
  remove(key: ScheduleKey): Promise<void>;
  /** All, or those of a tenant, by name. */
  list(tenantId?: string): Promise<readonly ScheduledJob[]>;
  /** @throws PLINTH_SCHEDULE_UNKNOWN_SCHEDULE */
  get(key: ScheduleKey): Promise<ScheduledJob>;
  /** The next `count` times of a timetable, whether a schedule has it or not. @throws PLINTH_SCHEDULE_BAD_CRON, PLINTH_SCHEDULE_UNKNOWN_ZONE */
  preview(request: {
    readonly cron: string;
    readonly zone?: string | undefined;
    readonly count?: number;
    readonly after?: Date;
  }): readonly Occurrence[];
  /** Fires it now, beside its timetable, as `overlap` allows. @throws PLINTH_SCHEDULE_UNKNOWN_SCHEDULE */
  run(key: ScheduleKey): Promise<readonly ScheduleRun[]>;
  /** Turns it on or off. What passes while it is off is not caught up. @throws PLINTH_SCHEDULE_UNKNOWN_SCHEDULE */
  enable(key: ScheduleKey, isEnabled: boolean): Promise<ScheduledJob>;
  /** Occurrences of one schedule, or of all, latest first. */
  history(request?: Partial<ScheduleKey> & { readonly limit?: number }): Promise<readonly ScheduleRun[]>;
  /** The last 24 hours and the days that come, of all schedules. At most 31 days. */
  calendar(days: number): Promise<Calendar>;
  /** Schedules of SQL and what pg_cron has of them, as it is now; with `apply`, after that was brought in step. A scheduler does so each minute. */
  mirror(request?: { readonly apply?: boolean }): Promise<MirrorReport>;
  /** The occurrence that a job is for: how a handler learns what time it stands for. Undefined where a schedule did not enqueue it. */
  runOf(jobId: string): Promise<ScheduleRun | undefined>;
}
