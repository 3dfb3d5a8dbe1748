import { isUuid, uuidv7, uuidv7Ms } from '../../../kernel/index.ts';
import type { KnownKind, KnownQueue } from '../definitions/index.ts';
import { bandNumber, bands } from '../model/bands.ts';
import type { EnqueueOptions } from '../model/types.ts';
import { enqueueErrors } from './errors.ts';

/** A job that was checked and can be written. */
export interface NewJob {
  /** Undefined: that of the context of the transaction it is written in. */
  readonly tenantId: string | undefined;
  readonly id: string;
  /** Nobody else can have written a job of this id. */
  readonly isOwnId: boolean;
  readonly kind: KnownKind;
  readonly queue: KnownQueue;
  readonly band: number;
  readonly maxAttempts: number;
  readonly payloadVersion: number;
  /** JSON text. */
  readonly payload: string;
  /** ISO 8601; empty: now. */
  readonly due: string;
  readonly isDelayed: boolean;
  readonly trace: string;
}

const mostDelayMs = 366 * 86_400_000;
const mostAheadMs = 60_000;
const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Checks what the caller says of one job; `payload` is the text that `payloadText` made. */
export function newJob(
  kind: KnownKind,
  queue: KnownQueue,
  payload: string,
  tenantId: string | undefined,
  options: Omit<EnqueueOptions, 'tenantId'>,
  nowMs: number,
): NewJob {
  const { id, band, due, maxAttempts = kind.maxAttempts, trace = '' } = options;
  if (tenantId !== undefined && !isUuid(tenantId)) throw badOption('tenantId', tenantId, 'a uuid');
  if (due !== undefined) checkDue(due, nowMs);
  if (band !== undefined && !bands.includes(band)) throw badOption('band', band, `one of ${bands.join(', ')}`);
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 1_000)
    throw badOption('maxAttempts', maxAttempts, 'a whole number from 1 to 1,000');
  return {
    tenantId: tenantId?.toLowerCase(),
    id: newJobId(id, nowMs),
    isOwnId: id === undefined,
    kind,
    queue,
    band: band === undefined ? kind.band : bandNumber(band),
    maxAttempts,
    payloadVersion: kind.payloadVersion,
    payload,
    due: due?.toISOString() ?? '',
    isDelayed: due !== undefined && due.getTime() > nowMs,
    trace,
  };
}

/** What was made by the caller, checked, or a new one. @throws PLINTH_QUEUE_BAD_ID */
export function newJobId(id: string | undefined, nowMs: number): string {
  if (id !== undefined) checkId(id, nowMs);
  return id?.toLowerCase() ?? uuidv7(nowMs);
}

const badOption = (option: string, value: unknown, allowed: string) =>
  enqueueErrors.BAD_OPTION({ option, value: JSON.stringify(value) ?? String(value), allowed });

function checkId(id: string, nowMs: number): void {
  const bad = (problem: string) => enqueueErrors.BAD_ID({ id, problem });
  if (typeof id !== 'string' || !uuid7.test(id)) throw bad('it is no uuid of version 7');
  const madeMs = uuidv7Ms(id);
  // The time in it decides about the partition, and when that is dropped.
  if (madeMs > nowMs + mostAheadMs) throw bad(`its time ${new Date(madeMs).toISOString()} is to come`);
}

function checkDue(due: Date, nowMs: number): void {
  const bad = (problem: string) => enqueueErrors.BAD_DUE({ value: String(due), problem });
  if (!(due instanceof Date) || Number.isNaN(due.getTime())) throw bad('it is no valid Date');
  if (due.getTime() > nowMs + mostDelayMs) throw bad('it is more than 366 days away; a schedule can wait that long');
}
