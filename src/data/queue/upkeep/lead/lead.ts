import { advisoryKey, type Connect, type Session, type Transaction, takeLead } from '../../../../foundation/connect/index.ts';
import { type Clock, hasCode, type Log, messageOf, rounds, type Service, service } from '../../../../kernel/index.ts';
import { queueErrors } from '../../errors.ts';
import { backendOf, beginTerm, endBlockers, endOverdue, holdTerm, lookAtLead, renewTerm } from '../sql/queries/queries.gen.ts';

export interface LeadDeps {
  readonly connect: Pick<Connect, 'session' | 'transaction'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The time in which this process is the one that looks after something. */
export interface Lead {
  readonly name: string;
  /** Counts the leaders; a later one has a higher number. */
  readonly term: number;
  /** Aborted when the lead is lost or given up. */
  readonly signal: AbortSignal;
  /**
   * Runs work as the owner, in the database of the queue, as long as this term is the last: what was begun in it commits before the next one
   * begins, or never. As short as it can be, at most `deadlineMs` (default 10 s), since a successor waits for its end.
   * @throws PLINTH_QUEUE_LEAD_LOST
   */
  transaction<T>(tag: string, work: (tx: Transaction) => Promise<T>, bounds?: { readonly deadlineMs?: number }): Promise<T>;
}

/** What a leader does again and again; a round that throws is logged, and the next one comes all the same. */
export interface LedLoop {
  readonly name: string;
  /** From the end of a round to the next one. */
  readonly intervalMs: number;
  /** One round. What it returns, in ms, takes the place of `intervalMs` this once. */
  run(lead: Lead): Promise<number | undefined>;
}

export interface LeadSpec {
  /** One process leads for each name, e.g. `queue`. */
  readonly name: string;
  /** The uuid of this process. */
  readonly holder: string;
  /** A leader that says nothing for that long, though its connection lives, is put out. Default 10 s. */
  readonly lastsMs?: number;
  /** How often who does not lead looks whether it may. Default 1 s. */
  readonly pollMs?: number;
}

const putOutMs = 200;

/**
 * Runs loops in one process of the platform, and in another soon after that one is gone: within 2 s when it was killed, `lastsMs` later when
 * it hangs. Each take-over begins a term, and what a leader of an older term still wants to write is refused.
 */
export function lead(deps: LeadDeps, { name, holder, lastsMs = 10_000, pollMs = 1_000 }: LeadSpec, loops: readonly LedLoop[]): Service {
  const { connect, clock, log } = deps;
  const tag = `queue.lead ${name}`;
  const at = { tier: 'queue', as: 'owner', priority: 'maintenance', tag } as const;
  const lockName = `plinth queue ${name}`;
  const key = advisoryKey(lockName);

  async function take(signal: AbortSignal): Promise<{ readonly session: Session; readonly hangs: boolean } | undefined> {
    const standing = await connect.transaction({ ...at, signal, isReadOnly: true }, (tx) => lookAtLead.one(tx, { key, name }));
    if (standing.is_held && !standing.is_overdue) return undefined;
    if (standing.is_held) {
      log.warn(`the leader of ${name} hangs and is put out`, { holder: standing.holder });
      await using ending = await connect.session({ tier: 'queue', tag, signal });
      // A login may end its own sessions; the owner, whose rights it works with, may not.
      await ending.query({ text: 'set role none' });
      await endOverdue.run(ending, { key, name });
    }
    const session = await takeLead(connect, { tier: 'queue', tag, name: lockName, signal });
    return session && { session, hangs: standing.is_overdue };
  }

  /** Ends what keeps that session waiting, until it is not: transactions of a leader that hangs in the middle of them. */
  async function putOut(waiting: number, signal: AbortSignal): Promise<void> {
    await using ending = await connect.session({ tier: 'queue', tag, signal });
    await ending.query({ text: 'set role none' });
    while (!signal.aborted) {
      await endBlockers.run(ending, { pid: waiting });
      await clock.sleep(putOutMs, signal).catch(() => {});
    }
  }

  async function begin(session: Session, hangs: boolean): Promise<number> {
    const begun = new AbortController();
    const { pid } = await backendOf.one(session, {});
    const failed = (error: unknown) => {
      if (!begun.signal.aborted) log.warn(`the leader of ${name} could not be put out yet`, { error: messageOf(error) });
    };
    const puttingOut = hangs ? putOut(pid, begun.signal).catch(failed) : undefined;
    try {
      return (await beginTerm.one(session, { name, holder, lasts_ms: lastsMs })).term;
    } finally {
      begun.abort();
      await puttingOut;
    }
  }

  async function reign(session: Session, hangs: boolean, stopped: AbortSignal): Promise<void> {
    const lost = new AbortController();
    // It may be lost while the term begins.
    let term = 0;
    const lose = () => lost.abort(queueErrors.LEAD_LOST({ name, term }));
    session.onLost(lose);
    term = await begin(session, hangs);
    const signal = AbortSignal.any([stopped, lost.signal]);
    log.info(`leads ${name}`, { term });

    const held: Lead = {
      name,
      term,
      signal,
      async transaction(what, work, bounds) {
        try {
          const request = { ...at, tag: what, signal, deadlineMs: bounds?.deadlineMs ?? 10_000 };
          return await connect.transaction(request, async (tx) => {
            if (await holdTerm.first(tx, { name, term })) return work(tx);
            throw queueErrors.LEAD_LOST({ name, term });
          });
        } catch (error) {
          if (hasCode(error, 'PLINTH_QUEUE_LEAD_LOST')) lose();
          throw error;
        }
      },
    };
    const renewal: LedLoop = {
      name: `renewal of ${name}`,
      intervalMs: lastsMs / 4,
      async run() {
        const renewed = await connect.transaction({ ...at, signal }, (tx) => renewTerm.run(tx, { name, term, lasts_ms: lastsMs }));
        if (renewed === 0) lose();
      },
    };
    await Promise.all([renewal, ...loops].map((loop) => rounds(deps, { ...loop, run: () => loop.run(held) }, signal)));
  }

  async function campaign(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const taken = await take(signal);
        await using session = taken?.session;
        if (session) await reign(session, taken?.hangs ?? false, signal);
      } catch (error) {
        if (!signal.aborted) log.error(`the lead of ${name} could not be taken`, { error: messageOf(error) });
      }
      // Spread, so that many processes do not ask at the same moment.
      if (!signal.aborted) await clock.sleep(pollMs * (0.8 + Math.random() * 0.4), signal).catch(() => {});
    }
  }

  return service(`queue.lead ${name}`, campaign);
}
