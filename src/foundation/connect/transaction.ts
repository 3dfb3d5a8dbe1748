import { Readable, type Writable } from 'node:stream';
import type pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { type Executor, fromSqlError, messageOf, quoteLiteral, sqlstateOf, type Tier } from '../../kernel/index.ts';
import type { Call } from './call.ts';
import { connectErrors } from './errors.ts';
import { afterCommit, type Failure, failureOf } from './model/failure.ts';
import type { Transaction, Witness, WorkRequest } from './model/types.ts';
import type { Answer, Connection } from './wire/index.ts';

// COMMIT is never cancelled; this bounds the wait for its answer.
const commitTimeoutMs = 10_000;
const rollbackTimeoutMs = 1_000;

type CopyStream = pg.Submittable & (Readable | Writable) & { readonly rowCount: number; handleError(error: Error): void };
type Statement = Parameters<Executor['query']>[0];

/** One try of a transaction on one connection: begin, work, and commit or abandon. */
export class OpenTransaction implements Transaction {
  readonly tier: Tier;
  /** Whether the server has answered BEGIN, or there is none. */
  hasBegun = false;
  readonly #connection: Connection;
  readonly #call: Call;
  readonly #witnesses: readonly Witness[];
  #failed: unknown;
  #failure: Failure | undefined;
  #isOver = false;
  #isCommitSent = false;
  #isInDoubt = false;
  #isSingle = false;
  #single: Promise<Answer> | undefined;
  #copy: CopyStream | undefined;
  #savepoints = 0;

  constructor(request: WorkRequest, connection: Connection, call: Call, witnesses: readonly Witness[] = []) {
    this.tier = request.tier;
    this.#connection = connection;
    this.#call = call;
    this.#witnesses = witnesses;
  }

  /** What the failed statement says of another try; undefined while none failed or a savepoint undid it. */
  get failure(): Failure | undefined {
    return this.#isInDoubt ? 'final' : this.#failure;
  }

  /** What the caller is told when the call had to end: it may have been committed all the same. */
  ended(reason: Error): Error {
    return this.#isInDoubt ? this.#doubt(reason) : reason;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  async query(statement: Statement): Promise<Answer> {
    if (this.#witnesses.length === 0) return this.#send(statement);
    const startedMs = performance.now();
    let answer: Answer;
    try {
      answer = await this.#send(statement);
    } catch (error) {
      const durationMs = performance.now() - startedMs;
      throw this.#witnesses.reduce((seen, witness) => witness.failed?.(seen, durationMs) ?? seen, error);
    }
    const durationMs = performance.now() - startedMs;
    const told = this.#tell((witness) => witness.ran?.(statement, answer, durationMs));
    if (told) await told;
    return answer;
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const name = `savepoint_${++this.#savepoints}`;
    await this.#send({ text: `savepoint ${name}` });
    try {
      const result = await work();
      await this.#send({ text: `release savepoint ${name}` });
      return result;
    } catch (error) {
      if (!this.#isOver && !this.#connection.lost) {
        await this.#send({ text: `rollback to savepoint ${name}; release savepoint ${name}` });
        this.#failure = undefined;
        this.#failed = undefined;
      }
      throw error;
    }
  }

  copyFrom(text: string): Writable {
    return this.#startCopy(text, copyStreams.from(text) as copyStreams.CopyStreamQuery & CopyStream, 'finish').rows;
  }

  copyTo(text: string): Readable {
    const { rows, told } = this.#startCopy(text, copyStreams.to(text) as copyStreams.CopyToStreamQuery & CopyStream, 'end');
    if (!told) return rows;
    const witnessed = async function* () {
      await told;
      yield* rows;
    };
    return Readable.from(witnessed(), { objectMode: false });
  }

  /** Opens the transaction; with `timeoutMs` a connection that does not answer in time is closed. */
  async begin(message: string, timeoutMs?: number): Promise<void> {
    // The context may have been waited for; meanwhile the connection may be somebody else's.
    this.#checkUsable();
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => this.#connection.destroy(), timeoutMs);
    try {
      await this.#connection.query({ text: message });
      this.hasBegun = true;
    } catch (error) {
      throw this.#noteFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Begins without BEGIN: the one statement that is to come is a transaction of its own. */
  beginSingle(applicationName: string | undefined): void {
    this.#checkUsable();
    // Nobody waits for it: what fails here fails the statement behind it, too.
    if (applicationName !== undefined)
      this.#connection.query({ text: `set application_name = ${quoteLiteral(applicationName)}` }).catch(() => {});
    this.#isSingle = true;
    this.hasBegun = true;
  }

  /**
   * @throws PLINTH_CONNECT_COMMIT_IN_DOUBT when the connection ends before the answer, PLINTH_CONNECT_NOT_COMMITTED,
   * PLINTH_CONNECT_ENDED_INSIDE, PLINTH_CONNECT_COPY_UNFINISHED, and the errors of deferred constraints
   */
  async commit(): Promise<void> {
    const connection = this.#connection;
    const { tag } = this.#call;
    if (this.#isSingle) {
      this.#isOver = true;
      // Its answer is that of COMMIT; an error that the work has swallowed is none of one that was committed.
      await this.#single?.catch((error) => {
        throw this.#toError(error);
      });
      return;
    }
    if (this.#copy) throw connectErrors.COPY_UNFINISHED({ tag });
    if (connection.lost) throw this.#noteFailure(connection.lost);
    if (connection.inFlight === 0) {
      if (connection.transactionStatus === 'E') throw this.#notCommitted();
      if (connection.transactionStatus === 'I') throw connectErrors.ENDED_INSIDE({ tag });
    }
    this.#isOver = true;
    this.#isCommitSent = true;
    const timer = setTimeout(() => connection.destroy(), commitTimeoutMs);
    let command: string;
    try {
      ({ command } = await connection.query({ text: 'commit' }));
    } catch (error) {
      if (afterCommit(error) === 'rolled back') throw this.#noteFailure(error);
      throw this.#doubt(error);
    } finally {
      clearTimeout(timer);
    }
    if (command !== 'COMMIT') throw this.#notCommitted();
  }

  /** Ends a transaction that did not commit: what runs is cancelled, the rest rolled back. A connection that does not comply is closed. */
  async abandon(): Promise<void> {
    const connection = this.#connection;
    this.#isOver = true;
    if (connection.lost) return;
    if (this.#isSingle) {
      // What is cancelled here may have been committed a moment ago.
      if (connection.inFlight > 0) this.#isInDoubt = true;
      if (!(await connection.cancel())) connection.destroy();
      return;
    }
    // The driver does not look at a COPY TO that nobody reads, not even for its error.
    if (this.#copy && 'read' in this.#copy) return connection.abort();
    if (!(await connection.cancel())) return connection.destroy();
    // Only the answer to COMMIT is known to have updated the status: the error of another statement may arrive before it.
    if (this.#isCommitSent && connection.transactionStatus === 'I') return;
    const timer = setTimeout(() => connection.destroy(), rollbackTimeoutMs);
    await connection
      .query({ text: 'rollback' })
      .catch(() => connection.destroy())
      .finally(() => clearTimeout(timer));
  }

  #checkUsable(): void {
    this.#call.check();
    if (this.#isOver) throw connectErrors.TRANSACTION_OVER({ tag: this.#call.tag });
    if (this.#copy) throw connectErrors.COPY_UNFINISHED({ tag: this.#call.tag });
  }

  async #send(statement: Statement): Promise<Answer> {
    this.#checkUsable();
    try {
      const answer = this.#connection.query(statement);
      if (this.#isSingle) {
        this.#isOver = true;
        this.#single = answer;
      }
      return await answer;
    } catch (error) {
      throw this.#toError(error);
    }
  }

  #toError(error: unknown): unknown {
    return this.#isSingle && afterCommit(error) === 'in doubt' ? this.#doubt(error) : this.#noteFailure(error);
  }

  #doubt(error: unknown): Error {
    this.#isInDoubt = true;
    const { server, lost } = this.#connection;
    return connectErrors.COMMIT_IN_DOUBT({ tag: this.#call.tag, server, reason: messageOf(lost ?? error) }, { cause: error });
  }

  /** Undefined where nobody has to be waited for. What a witness throws is no failure of the transaction's statement. */
  #tell(telling: (witness: Witness) => void | Promise<void>): Promise<unknown> | undefined {
    let told: Promise<void>[] | undefined;
    for (const witness of this.#witnesses) {
      const pending = telling(witness);
      if (!pending) continue;
      told ??= [];
      told.push(pending);
    }
    return told && Promise.all(told);
  }

  #startCopy<T extends CopyStream>(text: string, stream: T, doneEvent: 'finish' | 'end'): { rows: T; told: Promise<unknown> | undefined } {
    this.#checkUsable();
    if (this.#connection.inFlight > 0) throw connectErrors.COPY_UNFINISHED({ tag: this.#call.tag });
    this.#copy = stream;
    const told = this.#tell((witness) => witness.copying?.(text));
    // Nobody may read on to where it is waited for.
    told?.catch(() => {});
    const startedMs = performance.now();
    const done = () => {
      if (this.#copy !== stream) return;
      this.#copy = undefined;
      this.#connection.endCopy();
      for (const witness of this.#witnesses) witness.copied?.(stream.rowCount, performance.now() - startedMs);
    };
    stream.once(doneEvent, done);
    // Who has let go of the stream is told by the failing COMMIT; without a listener the process would end.
    stream.on('error', () => {});
    const emitError = stream.handleError.bind(stream);
    stream.handleError = (error) => {
      done();
      emitError(this.#noteFailure(error) as Error);
    };
    return { rows: this.#connection.startCopy(stream), told };
  }

  #notCommitted(): Error {
    return connectErrors.NOT_COMMITTED({ tag: this.#call.tag, reason: messageOf(this.#failed ?? 'unknown') }, { cause: this.#failed });
  }

  /** Remembers the failure for the decision on another try and gives the error as callers see it. */
  #noteFailure(error: unknown): unknown {
    const seen = toWorkError(error, this.#call.tag, this.#connection);
    this.#failure = failureOf(seen) === 'lost' ? 'lost' : failureOf(error);
    this.#failed = seen;
    return seen;
  }
}

/** A driver error as callers see it: by its SQLSTATE, or as a lost connection. */
export function toWorkError(error: unknown, tag: string, connection: Connection): unknown {
  const seen = fromSqlError(error, tag);
  // A cancel of ours comes just before we close the connection; its answer says less than the closing.
  const isSilent = seen === error || sqlstateOf(error) === '57014';
  const isLost = failureOf(error) === 'lost' || (connection.lost !== undefined && isSilent);
  if (!isLost) return seen;
  return connectErrors.CONNECTION_LOST({ tag, server: connection.server, reason: messageOf(connection.lost ?? error) }, { cause: error });
}
