import { queueErrors } from '../errors.ts';
import type { JobDefinition } from '../model/types.ts';
import type { JobLimit } from './types.ts';

const windows = new Set(['minute', 'hour', 'day']);
const zones = new Map<string, boolean>();

function isZone(zone: string): boolean {
  let is = zones.get(zone);
  if (is === undefined) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      is = true;
    } catch {
      is = false;
    }
    zones.set(zone, is);
  }
  return is;
}

/** What a definition says of a payload, checked. @throws PLINTH_QUEUE_BAD_LIMIT */
export const limitsOf = (definition: Pick<JobDefinition<unknown>, 'name' | 'limits'>, payload: unknown): readonly JobLimit[] =>
  checkLimits(definition.name, definition.limits?.(payload) ?? []);

function checkLimits(jobType: string, limits: readonly JobLimit[]): readonly JobLimit[] {
  for (const limit of limits) {
    const { name, key, most, per, zone, perMs, isStrict } = limit;
    const refuse = (what: string, value: unknown, allowed: string) =>
      queueErrors.BAD_LIMIT({ jobType, name: String(name), what, value: String(value), allowed });
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) throw refuse('name', name, 'lower case letters, digits and hyphens, at most 63');
    if (typeof key !== 'string' || key === '' || key.length > 200) throw refuse('key', key, 'text of 1 to 200 characters');
    if (!Number.isInteger(most) || most < 0 || most > 1_000_000) throw refuse('most', most, 'a whole number from 0 to 1,000,000');
    if (per !== undefined && !windows.has(per)) throw refuse('per', per, 'minute, hour or day');
    if (per !== undefined && perMs !== undefined) throw refuse('perMs', perMs, 'absent where there is "per"');
    if (perMs !== undefined && (!Number.isInteger(perMs) || perMs < 1)) throw refuse('perMs', perMs, 'a whole number of milliseconds');
    if (perMs !== undefined && most === 0) throw refuse('most', most, 'at least 1 with "perMs"');
    if (zone !== undefined && (per === undefined || !isZone(zone)))
      throw refuse('zone', zone, 'an IANA zone such as Europe/Berlin, beside "per"');
    if (isStrict && (per !== undefined || perMs !== undefined))
      throw refuse('isStrict', isStrict, 'absent where there is "per" or "perMs"');
  }
  return limits;
}

const parts = ['name', 'key', 'most', 'per', 'zone', 'perMs', 'isShared', 'isStrict'] as const satisfies readonly (keyof JobLimit)[];

/** Whether a record of a job names just these. Part by part: each claimed job is asked. */
export function areSaid(said: unknown, limits: readonly JobLimit[]): boolean {
  return (
    Array.isArray(said) &&
    said.length === limits.length &&
    limits.every((limit, index) => parts.every((part) => limit[part] === (said[index] as JobLimit | null)?.[part]))
  );
}
