import { type Connect, distinctDatabases, type Session, takeLead } from '../../../foundation/connect/index.ts';
import { type Clock, type EventBus, hasCode, type Log, loop, messageOf, type Service, type Tier } from '../../../kernel/index.ts';
import { auditErrors } from '../errors.ts';
import { cleanKeyIndex, guardPartitions, listHeads, listUnlikeAnchors, seal } from './sql/queries/queries.gen.ts';
import type { AnchorRecord, Anchors, Head } from './types.ts';

export interface ChainDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  readonly anchors: Anchors;
}

// 2.4 MB of leaves; a round goes on until nothing is left.
const mostEvents = 100_000;
const leadName = 'plinth audit sealing';
// A round takes milliseconds, one that has much to catch up with longer.
const patienceMs = 10_000;
const pollMs = 100;

/** What the anchors of a tier say is in its database. */
export interface Anchored {
  /** The last head of each month. */
  readonly heads: ReadonlyMap<string, Head>;
  /** Every head since the database was last accepted, and when it was written. */
  readonly all: readonly (Head & { readonly at: string })[];
  /** Months that may leave. */
  readonly released: ReadonlySet<string>;
}

export function anchoredBy(records: readonly AnchorRecord[]): Anchored {
  const heads = new Map<string, Head>();
  const released = new Set<string>();
  let all: (Head & { at: string })[] = [];
  for (const record of records) {
    if (record.kind === 'accepted') {
      heads.clear();
      all = [];
    }
    for (const head of record.heads) {
      heads.set(head.stream, head);
      all.push({ ...head, at: record.at });
      if (record.kind === 'released') released.add(head.stream);
    }
  }
  return { heads, all, released };
}

/** Seals and anchors, one process at a time for each database. */
export class Sealing {
  readonly #deps: ChainDeps;
  /** What the anchors held when this process last wrote to them or read them as the one who seals. */
  readonly #anchored = new Map<Tier, Anchored>();

  constructor(deps: ChainDeps) {
    this.#deps = deps;
  }

  /** Runs `work` as the one who seals this database. @throws PLINTH_AUDIT_SEALING_ELSEWHERE */
  async lead<T>(tier: Tier, work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { connect, clock } = this.#deps;
    const started = clock.monotonicMs();
    for (;;) {
      await using session = await takeLead(connect, { tier, tag: 'audit.seal', name: leadName, ...(signal && { signal }) });
      if (session) return await work(session);
      if (clock.monotonicMs() - started > patienceMs) throw auditErrors.SEALING_ELSEWHERE({ tier });
      await clock.sleep(pollMs, signal);
    }
  }

  /** Seals what is final in one database and anchors its heads; gives the number of events. @throws PLINTH_AUDIT_ROLLED_BACK */
  async sealTier(tier: Tier, session: Session): Promise<number> {
    const anchored = await this.#compare(tier, session);
    let sealed = 0;
    for (;;) {
      const blocks = await seal.all(session, { most: mostEvents });
      if (blocks.length === 0) break;
      sealed += blocks.reduce((sum, block) => sum + block.event_count, 0);
    }
    // Also those of a process that was killed between a block and its anchor.
    const heads = (await listHeads.all(session, {})).filter(({ stream, hash }) => anchored.heads.get(stream)?.hash !== hash);
    if (heads.length > 0) await this.write({ tier, kind: 'heads', heads });
    return sealed;
  }

  /** Adds to the anchors what the one who seals has found. */
  async write(record: Omit<AnchorRecord, 'at'>): Promise<void> {
    const full = { ...record, at: this.#deps.clock.now().toISOString() };
    await this.#deps.anchors.append(full);
    const known = this.#anchored.get(record.tier) ?? anchoredBy([]);
    const added = anchoredBy([full]);
    this.#anchored.set(record.tier, {
      heads: new Map([...(record.kind === 'accepted' ? [] : known.heads), ...added.heads]),
      all: [],
      released: new Set([...known.released, ...added.released]),
    });
  }

  /** Reads the anchors anew: another process may have written to them. */
  async anchored(tier: Tier): Promise<Anchored> {
    const found = anchoredBy(await this.#deps.anchors.read(tier));
    this.#anchored.set(tier, { ...found, all: [] });
    return found;
  }

  /** Nothing is added to a past that is not the one that was anchored. */
  async #compare(tier: Tier, session: Session): Promise<Anchored> {
    const anchored = this.#anchored.get(tier) ?? (await this.anchored(tier));
    const heads = [...anchored.heads.values()];
    const [unlike] = await unlikeAnchors(session, heads);
    if (unlike) {
      const { stream, number, place } = unlike;
      // Another process on this machine may have accepted it meanwhile.
      const fresh = await this.anchored(tier);
      if (fresh.heads.get(stream)?.hash !== heads[place - 1]?.hash) return this.#compare(tier, session);
      const at = fresh.all.findLast((head) => head.stream === stream && head.number === number)?.at ?? '';
      throw auditErrors.ROLLED_BACK({ tier, stream, number, anchored: at, found: describeUnlike(unlike) });
    }
    return anchored;
  }

  /** What keeps the trail quick and closed; none of it is needed for a proof. */
  async tidy(tier: Tier, session: Session): Promise<void> {
    for (const { create, enable } of await guardPartitions.all(session, {})) {
      await session.query({ text: `set lock_timeout = '200ms'` });
      await session.query({ text: `${create}; ${enable}` });
    }
    await cleanKeyIndex
      .one(session, {})
      .catch((error) => this.#deps.log.debug(`audit: the key index in ${tier} waits`, { error: messageOf(error) }));
  }

  service(intervalMs: number): Service {
    const { connect, log, events } = this.#deps;
    const reported = new Set<Tier>();
    return loop(this.#deps, {
      name: 'audit.sealing',
      intervalMs,
      run: async (signal) => {
        for (const tier of distinctDatabases(connect)) {
          await using session = await takeLead(connect, { tier, tag: 'audit.seal', name: leadName, signal });
          if (!session) continue;
          try {
            await this.sealTier(tier, session);
            reported.delete(tier);
            await this.tidy(tier, session);
          } catch (error) {
            signal.throwIfAborted();
            log.error(`audit: the trail in ${tier} is not sealed`, { error: messageOf(error) });
            if (!hasCode(error, 'PLINTH_AUDIT_ROLLED_BACK') || reported.has(tier)) continue;
            reported.add(tier);
            events.emit('security', {
              eventType: 'audit_trail_differs',
              severity: 'critical',
              action: 'seal',
              success: false,
              reason: messageOf(error),
            });
          }
        }
      },
    });
  }
}

/** Anchored heads that the database has not, the first of each month. */
export function unlikeAnchors(session: Session, heads: readonly Head[]) {
  return listUnlikeAnchors.all(session, {
    streams: heads.map(({ stream }) => stream),
    numbers: heads.map(({ number }) => number),
    hashes: heads.map(({ hash }) => hash),
  });
}

export const describeUnlike = (unlike: { readonly is_there: boolean; readonly last_number: number | null }): string =>
  unlike.is_there
    ? 'it is another one'
    : unlike.last_number === null
      ? 'the month has none'
      : `the month ends with block ${unlike.last_number}`;
