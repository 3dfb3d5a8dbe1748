import { answersErrors } from '../answers/errors.ts';
import { auditErrors } from '../errors.ts';

/** A moment as people write it: a day, or a time; UTC where no offset says otherwise. @throws PLINTH_AUDIT_BAD_TIME */
export function parseTime(value: string): Date {
  const isWritten = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(value);
  const hasOffset = /(?:Z|[+-]\d{2}:?\d{2})$/.test(value.slice(10));
  const time = new Date(value.length > 10 && !hasOffset ? `${value}Z` : value);
  if (!isWritten || Number.isNaN(time.getTime())) throw auditErrors.BAD_TIME({ value });
  return time;
}

const dayMs = 86_400_000;

/** From and to as given, or so many days until now. @throws PLINTH_AUDIT_BAD_TIME, PLINTH_AUDIT_BAD_RANGE */
export function parseRange(given: { readonly from?: string; readonly to?: string }, now: Date, days: number): { from: Date; to: Date } {
  const to = given.to === undefined ? now : parseTime(given.to);
  const from = given.from === undefined ? new Date(to.getTime() - days * dayMs) : parseTime(given.from);
  if (from >= to) throw answersErrors.BAD_RANGE({ from, to });
  return { from, to };
}
