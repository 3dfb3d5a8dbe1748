import type { Connect, Session } from '../../../foundation/connect/index.ts';
import { type Clock, type Log, messageOf } from '../../../kernel/index.ts';
import { reconnectDelayMs } from './model/backoff.ts';

export interface LineDeps {
  readonly connect: Pick<Connect, 'session'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A session of the engine that is there again after it was lost. A worker has two, one for claims and one for results, so that neither
 * waits for the other's commit.
 */
export class Line implements AsyncDisposable {
  readonly #deps: LineDeps;
  readonly #tag: string;
  readonly #opened: ((session: Session) => Promise<void>) | undefined;
  readonly #closing = new AbortController();
  #session: Promise<Session> | undefined;
  #isOpen = false;
  #tries = 0;

  /** `opened`: what a new session begins with, e.g. LISTEN. */
  constructor(deps: LineDeps, tag: string, opened?: (session: Session) => Promise<void>) {
    this.#deps = deps;
    this.#tag = tag;
    this.#opened = opened;
  }

  /** The session, opened when there is none; waits as long as the server is away. Rejects when the line is closed. */
  session(): Promise<Session> {
    if (this.#closing.signal.aborted) return Promise.reject(this.#closing.signal.reason);
    this.#session ??= this.#open();
    return this.#session;
  }

  /** Does what may be done again until it was done once, on whichever session. @throws when the line is closed */
  async insist<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const { clock, log } = this.#deps;
    const { signal } = this.#closing;
    for (let tries = 0; ; tries++) {
      const session = await this.session();
      try {
        return await work(session);
      } catch (error) {
        signal.throwIfAborted();
        log.warn(`${this.#tag}: not done yet, next try soon`, { error: messageOf(error), tries });
        await clock.sleep(reconnectDelayMs(tries, Math.random()), signal);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error('the worker has stopped'));
    const session = await this.#session?.catch(() => undefined);
    await session?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<Session> {
    const { connect, clock, log } = this.#deps;
    const { signal } = this.#closing;
    for (;;) {
      signal.throwIfAborted();
      if (this.#tries > 0) await clock.sleep(reconnectDelayMs(this.#tries - 1, Math.random()), signal);
      this.#tries++;
      try {
        await using cleanup = new AsyncDisposableStack();
        const session = cleanup.use(await connect.session({ tier: 'queue', tag: this.#tag, signal }));
        session.onLost((error) => {
          if (this.#isOpen) this.#session = undefined;
          this.#isOpen = false;
          if (!signal.aborted) log.warn(`${this.#tag}: the connection was lost and is opened again`, { error: messageOf(error) });
        });
        await this.#opened?.(session);
        cleanup.move();
        this.#tries = 0;
        this.#isOpen = true;
        return session;
      } catch (error) {
        if (!signal.aborted) log.warn(`${this.#tag}: no connection, next try soon`, { error: messageOf(error), tries: this.#tries });
      }
    }
  }
}
