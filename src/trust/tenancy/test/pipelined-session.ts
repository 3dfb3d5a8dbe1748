import type { Socket } from 'node:net';
import { connectTo } from '../../../../tests/support/index.ts';
import type { Endpoint } from '../../../foundation/cluster/index.ts';

/** All that the server sent for one query: rows, notices, errors, copied data. */
export interface Answer {
  /** The messages as they came, byte by byte (latin1). */
  readonly bytes: string;
  readonly sqlstate?: string;
}

const headerBytes = 5;
const readyForQuery = 0x5a;
const errorResponse = 0x45;

/**
 * A session at the wire that sends many queries before it reads an answer. A driver waits for each, which costs more than most statements do,
 * and shows only what it understands of what came.
 */
export class PipelinedSession implements AsyncDisposable {
  readonly backendPid: number;
  readonly #client: Awaited<ReturnType<typeof connectTo>>;
  readonly #stream: Socket;
  #received: Buffer = Buffer.alloc(0);
  /** Where the answer that is being received ends so far, in `#received`. */
  #read = 0;
  #sqlstate: string | undefined;
  #expected: { readonly count: number; readonly answers: Answer[]; readonly done: PromiseWithResolvers<readonly Answer[]> } | undefined;

  private constructor(client: Awaited<ReturnType<typeof connectTo>>) {
    const { connection, processID } = client as unknown as { connection: { stream: Socket }; processID: number };
    this.#client = client;
    this.#stream = connection.stream;
    this.backendPid = processID;
    // The driver has logged in; from here on the bytes are ours.
    this.#stream.removeAllListeners('data');
    this.#stream.on('data', (chunk) => this.#take(chunk));
    this.#stream.on('close', () => this.#expected?.done.reject(new Error('The server closed the connection.')));
  }

  static async open(endpoint: Endpoint): Promise<PipelinedSession> {
    return new PipelinedSession(await connectTo(endpoint, 'tests/pipelined'));
  }

  /** Sends each text as a simple query of its own, at once; the answers in their order. */
  send(texts: readonly string[]): Promise<readonly Answer[]> {
    const done = Promise.withResolvers<readonly Answer[]>();
    this.#expected = { count: texts.length, answers: [], done };
    this.#stream.write(
      Buffer.concat(texts.flatMap((text) => [message('Q', text), ...(/from stdin/.test(text) ? [message('f', '')] : [])])),
    );
    return done.promise;
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let begun = 0;
    while (this.#received.length >= this.#read + headerBytes) {
      const type = this.#received[this.#read];
      const end = this.#read + 1 + this.#received.readInt32BE(this.#read + 1);
      if (this.#received.length < end) break;
      if (type === errorResponse)
        this.#sqlstate = /(?:^|\0)C([0-9A-Z]{5})\0/.exec(this.#received.toString('latin1', this.#read + headerBytes, end))?.[1];
      this.#read = end;
      if (type === readyForQuery) {
        this.#answered({ bytes: this.#received.toString('latin1', begun, end), ...(this.#sqlstate && { sqlstate: this.#sqlstate }) });
        begun = end;
        this.#sqlstate = undefined;
      }
    }
    this.#received = this.#received.subarray(begun);
    this.#read -= begun;
  }

  #answered(answer: Answer): void {
    const expected = this.#expected;
    if (!expected) return;
    expected.answers.push(answer);
    if (expected.answers.length < expected.count) return;
    this.#expected = undefined;
    expected.done.resolve(expected.answers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}

function message(type: string, text: string): Buffer {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.alloc(headerBytes + length + 1);
  bytes.write(type);
  bytes.writeInt32BE(4 + length + 1, 1);
  bytes.write(text, headerBytes);
  return bytes;
}
