/** A login that was refused, as the log tells it. */
export interface FailedLogin {
  readonly at: Date;
  readonly role: string;
  /** Address, or `[local]` for the socket. */
  readonly address: string;
}

/** So many within so long are no slip of the hand. */
export const limits = { failures: 5, withinMs: 10 * 60_000 } as const;

// Our own prefix: time, process, address, then what the visitor says it is. The address stands before anything that a visitor chooses.
const line =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) UTC \[\d+\] (\S+) .*?FATAL: {2}(?:password authentication failed for user "(.*)"|role "(.*)" is not permitted to log in|role "(.*)" does not exist|(?:no pg_hba\.conf entry|pg_hba\.conf rejects connection) for host "[^"]*", user "([^"]*)".*|pg_hba\.conf rejects connection for host "[^"]*", user "(.*)", .*)$/;

/** What a line of the log says of a refused login; undefined for all other lines. */
export function failedLogin(text: string): FailedLogin | undefined {
  const [, at, address, ...roles] = line.exec(text) ?? [];
  const role = roles.find((name) => name !== undefined);
  if (at === undefined || address === undefined || role === undefined) return undefined;
  return { at: new Date(`${at.replace(' ', 'T')}Z`), role, address };
}

/** Counts failures by login and address over a sliding time, and says once when there are too many. Memory is bounded: guessed names come and go. */
export class FailureCounter {
  readonly #times = new Map<string, number[]>();
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** Whether with this failure there are too many; further ones are counted anew. */
  add({ at, role, address }: FailedLogin): boolean {
    const key = `${role}\0${address}`;
    const now = at.getTime();
    const times = [...(this.#times.get(key) ?? []).filter((time) => time > now - limits.withinMs), now];
    // Whoever came last stands last, so that the one forgotten first has been quiet for the longest time.
    this.#times.delete(key);
    if (times.length >= limits.failures) return true;
    this.#times.set(key, times);
    const oldest = this.#times.keys().next().value;
    if (this.#times.size > this.#limit && oldest !== undefined) this.#times.delete(oldest);
    return false;
  }
}
