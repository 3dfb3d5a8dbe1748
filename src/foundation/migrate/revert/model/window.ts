/** A time in which schema may be taken back. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
}

const longestMs = 24 * 60 * 60 * 1000;

/**
 * Reads an ISO 8601 interval, start and end with their zones. Undefined for anything else, and for one that ends before it
 * begins or lasts more than a day: a window that is always open is none.
 */
export function readWindow(text: string): Window | undefined {
  const [from, to, ...rest] = text.split('/').map((part) => (/(?:Z|[+-]\d\d:?\d\d)$/.test(part) ? new Date(part) : new Date(Number.NaN)));
  if (!from || !to || rest.length > 0) return undefined;
  const lengthMs = to.getTime() - from.getTime();
  return lengthMs > 0 && lengthMs <= longestMs ? { from, to } : undefined;
}

export function isOpen({ from, to }: Window, now: Date): boolean {
  return from <= now && now < to;
}
