import { messageOf } from '../../../kernel/index.ts';
import type { Call } from '../call.ts';
import { connectErrors } from '../errors.ts';
import type { PoolSnapshot, Share } from '../model/types.ts';
import type { Connection } from '../wire/index.ts';

export interface PoolLimits {
  readonly max: number;
  /** Connections that the idle time-out leaves alone. */
  readonly min: number;
  readonly acquireTimeoutMs: number;
  readonly queueLimit: number;
  readonly idleTimeoutMs: number;
  readonly lifetimeMs: number;
}

/** Who holds a connection. */
export interface Holder {
  readonly tag: string;
  readonly tenantId?: string;
  /** What its tenant may have of this pool; beyond, it waits while others are served. Absent: all of it. */
  readonly share?: Share | undefined;
}

/** A connection as its pool sees it. */
export interface Lease {
  readonly connection: Connection;
  /** How long it had been idle; 0 when newly opened. */
  readonly idleMs: number;
}

interface Member {
  readonly connection: Connection;
  /** Moment at which it is replaced; jittered, so that a pool is not renewed all at once. */
  readonly expiresMs: number;
  readonly epoch: number;
  holder: Holder | undefined;
  sinceMs: number;
}

interface Waiter {
  readonly holder: Holder;
  readonly sinceMs: number;
  resolve(lease: Lease): void;
  reject(error: unknown): void;
}

// Idle for longer than this, a connection is asked whether it still lives before it stays in the pool.
const pingAfterMs = 60_000;

/**
 * Connections of one database, priority and login. First come, first served, save those whose tenant has its share; the connection
 * used last is given out first, so that the others can age out.
 */
export class Pool {
  readonly name: string;
  readonly limits: PoolLimits;
  readonly #openConnection: () => Promise<Connection>;
  readonly #members = new Map<Connection, Member>();
  readonly #idle: Member[] = [];
  readonly #waiters = new Set<Waiter>();
  #opening = 0;
  #epoch = 0;
  #isClosed = false;
  #lastOpenError: unknown;

  constructor(name: string, limits: PoolLimits, openConnection: () => Promise<Connection>) {
    this.name = name;
    this.limits = limits;
    this.#openConnection = openConnection;
  }

  /** Connections now, for people; holders oldest first. */
  snapshot(): Omit<PoolSnapshot, 'tier' | 'priority' | 'login'> {
    const nowMs = performance.now();
    const busy = [...this.#members.values()].flatMap(({ holder, sinceMs }) => (holder ? [lineOf(holder, nowMs - sinceMs)] : []));
    return {
      max: this.limits.max,
      active: busy.length,
      idle: this.#idle.length,
      waiting: this.#waiters.size,
      holders: busy.sort((a, b) => b.heldMs - a.heldMs),
    };
  }

  get connections(): Iterable<Connection> {
    return this.#members.keys();
  }

  /** Whether every connection it may have is at work. */
  get isFull(): boolean {
    return this.active >= this.limits.max;
  }

  get active(): number {
    return this.#members.size - this.#idle.length;
  }

  /**
   * A connection for `holder`, at once when one is idle.
   *
   * @throws PLINTH_CONNECT_POOL_EXHAUSTED, PLINTH_CONNECT_QUEUE_FULL, or what its share says in place of them,
   * PLINTH_CONNECT_CLOSED, what `Connection.open` throws, and the reason of the call when it ends first
   */
  acquire(holder: Holder, call: Call): Lease | Promise<Lease> {
    if (this.#isClosed) throw connectErrors.CLOSED();
    const nowMs = performance.now();
    if (this.#hasItsShare(holder)) return this.#wait(holder, call, nowMs);
    for (let member = this.#idle.pop(); member; member = this.#idle.pop()) {
      if (this.#isSpent(member, nowMs)) {
        this.#drop(member);
        continue;
      }
      const idleMs = nowMs - member.sinceMs;
      this.#give(member, holder, nowMs);
      return { connection: member.connection, idleMs };
    }
    return this.#wait(holder, call, nowMs);
  }

  /** Takes a connection back. One that is broken, altered, in a transaction or too old is closed instead. */
  release(connection: Connection): void {
    const member = this.#members.get(connection);
    if (!member) return;
    const nowMs = performance.now();
    member.holder = undefined;
    member.sinceMs = nowMs;
    const isClean = connection.inFlight === 0 && connection.transactionStatus === 'I' && !connection.isAltered;
    if (!isClean) connection.destroy();
    if (!isClean || this.#isSpent(member, nowMs)) {
      this.#drop(member);
      this.#grow();
      return;
    }
    const next = this.#shiftWaiter();
    if (next) {
      this.#give(member, next.holder, nowMs);
      next.resolve({ connection, idleMs: 0 });
    } else this.#idle.push(member);
  }

  /** Replaces every connection as soon as it is idle; for changes that old sessions would not notice. */
  renew(): void {
    this.#epoch++;
    for (const member of this.#idle.splice(0)) this.#drop(member);
  }

  /** Closes what is idle for too long or too old, and asks the rest for a sign of life. */
  sweep(): void {
    const nowMs = performance.now();
    // The longest idle ones are at the front.
    for (const member of [...this.#idle]) {
      const idleMs = nowMs - member.sinceMs;
      const isSurplus = idleMs > this.limits.idleTimeoutMs && this.#members.size > this.limits.min;
      if (!isSurplus && !this.#isSpent(member, nowMs) && idleMs < pingAfterMs) continue;
      this.#idle.splice(this.#idle.indexOf(member), 1);
      if (isSurplus || this.#isSpent(member, nowMs)) this.#drop(member);
      else void this.#ping(member);
    }
  }

  /** Refuses who waits and closes everything, busy connections too. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiter of this.#waiters) waiter.reject(connectErrors.CLOSED());
    this.#waiters.clear();
    this.#idle.length = 0;
    const all = [...this.#members.keys()];
    this.#members.clear();
    await Promise.all(all.map((connection) => connection.end()));
  }

  #wait(holder: Holder, call: Call, sinceMs: number): Promise<Lease> {
    const { max, queueLimit, acquireTimeoutMs } = this.limits;
    if (this.#waiters.size >= queueLimit + (max - this.#members.size)) {
      throw connectErrors.QUEUE_FULL({ pool: this.name, tag: holder.tag, max, queueLimit, holders: this.snapshot().holders });
    }
    if (holder.share) this.#checkPlaceInLine(holder.share, holder);
    call.check();
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        holder,
        sinceMs,
        resolve: (lease) => {
          settle();
          resolve(lease);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
      const timer = setTimeout(() => waiter.reject(this.#exhausted(waiter)), acquireTimeoutMs);
      call.onEnd(waiter.reject);
      this.#grow();
    });
  }

  /** The line is shared as the pool is: one tenant's flood does not have others turned away. */
  #checkPlaceInLine(share: Share, { tenantId }: Holder): void {
    const { max, queueLimit } = this.limits;
    const held = this.#heldBy(tenantId);
    const waiting = this.#waitingOf(tenantId);
    if (waiting >= Math.floor((queueLimit * share.most) / max) + Math.max(0, share.most - held)) throw share.refused(held, waiting);
  }

  #exhausted(waiter: Waiter): Error {
    const { tenantId, share } = waiter.holder;
    if (share && this.#hasItsShare(waiter.holder)) return share.refused(this.#heldBy(tenantId), this.#waitingOf(tenantId));
    return connectErrors.POOL_EXHAUSTED(
      {
        pool: this.name,
        tag: waiter.holder.tag,
        max: this.limits.max,
        waitedMs: performance.now() - waiter.sinceMs,
        holders: this.snapshot().holders,
        lastOpenError: this.#lastOpenError === undefined ? undefined : messageOf(this.#lastOpenError),
      },
      { cause: this.#lastOpenError },
    );
  }

  /** Opens as many connections as there are waiters for, within the limit. */
  #grow(): void {
    while (!this.#isClosed && this.#members.size + this.#opening < this.limits.max && this.#waitersToServe() > this.#opening) {
      this.#opening++;
      void this.#open();
    }
  }

  async #open(): Promise<void> {
    const epoch = this.#epoch;
    try {
      const connection = await this.#openConnection();
      this.#opening--;
      this.#lastOpenError = undefined;
      this.#admit(connection, epoch);
    } catch (error) {
      this.#opening--;
      this.#lastOpenError = error;
      // While others work, who waits may still get one of theirs. With nobody at work nothing will come.
      if (this.#members.size === 0) for (const waiter of [...this.#waiters]) waiter.reject(error);
    }
  }

  #admit(connection: Connection, epoch: number): void {
    if (this.#isClosed || connection.lost) {
      connection.destroy();
      return;
    }
    const nowMs = performance.now();
    const expiresMs = nowMs + this.limits.lifetimeMs * (1 - Math.random() * 0.05);
    const member: Member = { connection, expiresMs, epoch, holder: undefined, sinceMs: nowMs };
    this.#members.set(connection, member);
    connection.onLost = () => {
      const index = this.#idle.indexOf(member);
      if (index >= 0) this.#idle.splice(index, 1);
      // A busy one stays a member until its holder has returned it.
      if (!member.holder) this.#drop(member);
    };
    this.release(connection);
  }

  #give(member: Member, holder: Holder, nowMs: number): void {
    member.holder = holder;
    member.sinceMs = nowMs;
  }

  #shiftWaiter(): Waiter | undefined {
    for (const waiter of this.#waiters) if (!this.#hasItsShare(waiter.holder)) return waiter;
    return undefined;
  }

  #waitersToServe(): number {
    let count = 0;
    for (const { holder } of this.#waiters) if (!this.#hasItsShare(holder)) count++;
    return count;
  }

  #hasItsShare({ tenantId, share }: Holder): boolean {
    return share !== undefined && this.#heldBy(tenantId) >= share.most;
  }

  #heldBy(tenantId: string | undefined): number {
    let count = 0;
    for (const { holder } of this.#members.values()) if (holder && holder.tenantId === tenantId) count++;
    return count;
  }

  #waitingOf(tenantId: string | undefined): number {
    let count = 0;
    for (const { holder } of this.#waiters) if (holder.tenantId === tenantId) count++;
    return count;
  }

  #isSpent(member: Member, nowMs: number): boolean {
    return member.connection.lost !== undefined || member.epoch !== this.#epoch || nowMs > member.expiresMs;
  }

  #drop(member: Member): void {
    this.#members.delete(member.connection);
    void member.connection.end().catch(() => {});
  }

  async #ping(member: Member): Promise<void> {
    this.#give(member, { tag: 'connect.ping' }, performance.now());
    await member.connection.query({ text: 'select' }).catch(() => {});
    this.release(member.connection);
  }
}

const lineOf = ({ tag, tenantId }: Holder, heldMs: number) => ({ tag, ...(tenantId !== undefined && { tenantId }), heldMs });
