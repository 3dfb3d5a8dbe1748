import type { Executor, Tier } from '../../kernel/index.ts';
import { isStalePlan } from './model/failure.ts';
import type { Notice, Session } from './model/types.ts';
import { toWorkError } from './transaction.ts';
import type { Answer, Connection } from './wire/index.ts';

/** A connection of one's own; closed when disposed of, or when its signal is aborted. */
export class OwnSession implements Session {
  readonly tier: Tier;
  readonly #connection: Connection;
  readonly #tag: string;
  readonly #lostListeners: ((error: Error) => void)[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.#connection.abort();

  constructor(tier: Tier, tag: string, connection: Connection, signal?: AbortSignal) {
    this.tier = tier;
    this.#tag = tag;
    this.#connection = connection;
    this.#signal = signal;
    connection.onLost = (error) => {
      signal?.removeEventListener('abort', this.#onAbort);
      for (const listener of this.#lostListeners) listener(error);
    };
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get backendPid(): number {
    return this.#connection.backendPid;
  }

  async query(statement: Parameters<Executor['query']>[0]): Promise<Answer> {
    try {
      return await this.#connection.query(statement);
    } catch (error) {
      if (!isStalePlan(error) || this.#connection.transactionStatus !== 'I') throw toWorkError(error, this.#tag, this.#connection);
      this.#connection.forget(statement.text);
      return await this.#connection.query(statement).catch((again) => {
        throw toWorkError(again, this.#tag, this.#connection);
      });
    }
  }

  onNotification(listener: (channel: string, payload: string) => void): void {
    this.#connection.onNotification(listener);
  }

  onNotice(listener: (notice: Notice) => void): void {
    this.#connection.onNotice(listener);
  }

  onLost(listener: (error: Error) => void): void {
    const { lost } = this.#connection;
    if (lost) queueMicrotask(() => listener(lost));
    else this.#lostListeners.push(listener);
  }

  async cancel(): Promise<void> {
    await this.#connection.cancel();
  }

  destroy(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#connection.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    await this.#connection.end();
  }
}
