import pg from 'pg';
import type { Executor } from '../../../kernel/index.ts';
import type { Endpoint } from '../../cluster/index.ts';
import { SessionTraces } from '../model/session-traces.ts';
import { StatementCache } from '../model/statement-cache.ts';
import type { Notice } from '../model/types.ts';
import { serverName, toOpenError } from './open-failure.ts';
import { valueTypes } from './value-types.ts';

// Statements that stay prepared on one connection; each costs the server some kilobytes.
const preparedLimit = 256;
// How long a cancelled statement may take to stop before its connection is given up.
const cancelGraceMs = 1_000;

export interface OpenSettings {
  readonly endpoint: Endpoint;
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** Server settings of the session. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Lets statements be sent without waiting for the answers to earlier ones; the driver refuses COPY meanwhile. */
  readonly isPipelined: boolean;
}

type Statement = Parameters<Executor['query']>[0];
export type Answer = { readonly rows: unknown[]; readonly rowCount: number | null; readonly command: string };

// Parts of the driver that its types leave out. All of them are its documented protocol layer.
type Wire = pg.Connection & {
  parsedStatements: Record<string, string>;
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
};
type WireClient = Omit<pg.Client, 'connection' | 'pipeline'> & {
  connection: Wire;
  pipeline: boolean;
  processID: number;
  secretKey: number;
};

/** One connection to a server. Knows what is running on it, how to cancel that, and whether it is still good. */
export class Connection {
  readonly server: string;
  readonly openedMs = performance.now();
  /** Why the socket is gone; set once. */
  lost: Error | undefined;
  onLost: ((error: Error) => void) | undefined;
  /** As the server reports it, so it is right after a rollback too. */
  applicationName: string | undefined;
  readonly #client: WireClient;
  readonly #endpoint: Endpoint;
  readonly #prepared = new StatementCache(preparedLimit);
  readonly #traces = new SessionTraces();
  #inFlight = 0;
  #onQuiet: (() => void) | undefined;

  private constructor(client: WireClient, settings: OpenSettings) {
    this.#client = client;
    this.#endpoint = settings.endpoint;
    this.server = serverName(settings.endpoint);
    client.on('error', (error) => this.#lose(error));
    client.on('end', () => this.#lose(new Error('connection closed')));
    client.connection.on('parameterStatus', ({ parameterName, parameterValue }: { parameterName: string; parameterValue: string }) => {
      if (parameterName === 'application_name') this.applicationName = parameterValue;
      this.#traces.parameter(parameterName, parameterValue);
    });
    client.connection.on('commandComplete', ({ text }: { text: string }) => this.#traces.command(text));
  }

  /**
   * Opens a connection within its time-out; one that is not ready by then is destroyed.
   *
   * @throws PLINTH_CONNECT_SERVER_DOWN, PLINTH_CONNECT_LOGIN_REFUSED, PLINTH_CONNECT_UNKNOWN_DATABASE,
   * PLINTH_CONNECT_TOO_MANY_CONNECTIONS, PLINTH_CONNECT_TLS_REFUSED
   */
  static async open(settings: OpenSettings): Promise<Connection> {
    const { endpoint } = settings;
    const client = new pg.Client({
      host: endpoint.host,
      port: endpoint.port,
      database: endpoint.database,
      user: endpoint.user,
      // Without a password the driver would look into ~/.pgpass and PGPASSWORD.
      password: endpoint.password ?? '',
      ssl: endpoint.ssl ?? false,
      // Binds the login to this TLS connection: who stands in between with a certificate we believe gains nothing by passing it on.
      enableChannelBinding: Boolean(endpoint.ssl),
      application_name: settings.applicationName,
      connectionTimeoutMillis: settings.connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 1_000,
      pipeline: settings.isPipelined,
      types: valueTypes,
      options: Object.entries(settings.settings ?? {})
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
    }) as unknown as WireClient;
    const connection = new Connection(client, settings);
    try {
      await client.connect();
    } catch (error) {
      client.connection.stream.destroy();
      throw toOpenError(error, endpoint);
    }
    return connection;
  }

  get backendPid(): number {
    return this.#client.processID;
  }

  /** Statements sent and not answered. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** `I` outside a transaction, `T` in one, `E` in a failed one: as of the last answer. */
  get transactionStatus(): ReturnType<pg.ClientBase['getTransactionStatus']> {
    return this.#client.getTransactionStatus();
  }

  /** Whether a caller left something in the session that the next one would meet. */
  get isAltered(): boolean {
    return this.#traces.isAltered;
  }

  /** Bytes received so far: any growth proves that the server lives. */
  get bytesRead(): number {
    return (this.#client.connection.stream as { bytesRead?: number }).bytesRead ?? 0;
  }

  onNotification(listener: (channel: string, payload: string) => void): void {
    this.#client.on('notification', ({ channel, payload }) => listener(channel, payload ?? ''));
  }

  onNotice(listener: (notice: Notice) => void): void {
    this.#client.on('notice', ({ message, routine }) => listener({ message: message ?? '', routine: routine ?? '' }));
  }

  /** Sends a statement; a text of several gives the answer of the last. Rejects with the driver's error. */
  query({ text, values, name }: Statement): Promise<Answer> {
    if (this.lost) return Promise.reject(this.lost);
    this.#inFlight++;
    return new Promise((resolve, reject) => {
      // Made from its parts rather than from an object, which the driver would clone property by property.
      const query = new pg.Query(text, values, (error, result: Answer | Answer[]) => {
        this.#answered();
        if (error) reject(error);
        else resolve(Array.isArray(result) ? (result.at(-1) as Answer) : result);
      }) as pg.Query & { name: string | undefined };
      if (name !== undefined) query.name = this.#prepare(text, name);
      this.#client.query(query);
    });
  }

  /** Hands a COPY stream to the driver. Nothing else may run on the connection until `endCopy`. */
  startCopy<T extends pg.Submittable>(stream: T): T {
    this.#inFlight++;
    this.#client.pipeline = false;
    return this.#client.query(stream);
  }

  endCopy(): void {
    this.#client.pipeline = true;
    this.#answered();
  }

  /** Forgets a prepared statement, so that the next use prepares it again. */
  forget(text: string): void {
    const name = this.#prepared.forget(text);
    if (name) this.#closePrepared(name);
  }

  /**
   * Cancels what is running and waits until it has stopped: the request goes over a connection of its own, whose end
   * tells that the signal was sent. False when the statement did not stop; then the connection is of no use any more.
   */
  async cancel(): Promise<boolean> {
    if (this.#inFlight === 0) return !this.lost;
    const deadline = performance.now() + cancelGraceMs;
    await this.#requestCancel(cancelGraceMs);
    await this.#quiet(Math.max(0, deadline - performance.now()));
    return this.#inFlight === 0 && !this.lost;
  }

  /** Lets no more statements through, cancels what is running and closes the socket without waiting for it to stop. */
  async abort(): Promise<void> {
    this.lost ??= new Error('closed by this process');
    await this.#requestCancel(cancelGraceMs);
    this.#lose(this.lost);
  }

  /** Says good-bye; resolves when the socket is closed. A statement in flight is cancelled. */
  async end(): Promise<void> {
    if (this.lost) return;
    this.onLost = undefined;
    if (this.#inFlight > 0) return this.abort();
    // A server that does not answer the good-bye must not hold up ours.
    const timer = setTimeout(() => this.destroy(), cancelGraceMs);
    await this.#client.end().finally(() => clearTimeout(timer));
  }

  /** Closes the socket at once. What is in flight rejects. */
  destroy(): void {
    this.#lose(new Error('closed by this process'));
  }

  #prepare(text: string, label: string): string {
    const { name, evicted } = this.#prepared.use(label, text);
    if (evicted) this.#closePrepared(evicted);
    return name;
  }

  #closePrepared(name: string): void {
    delete this.#client.connection.parsedStatements[name];
    this.#client.connection.close({ type: 'S', name }, false);
  }

  #answered(): void {
    if (--this.#inFlight === 0) this.#onQuiet?.();
  }

  #quiet(timeoutMs: number): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#onQuiet = undefined;
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#onQuiet = done;
    });
  }

  #requestCancel(timeoutMs: number): Promise<void> {
    const { host, port, ssl } = this.#endpoint;
    const { processID, secretKey } = this.#client;
    const wire = new pg.Connection({ ssl: ssl ?? false }) as Wire;
    return new Promise((resolve) => {
      const timer = setTimeout(() => wire.stream.destroy(), timeoutMs);
      wire.on('connect', () => (ssl ? wire.requestSsl() : wire.cancel(processID, secretKey)));
      wire.on('sslconnect', () => wire.cancel(processID, secretKey));
      // A server that is gone needs no cancel: the end of the connection itself is noticed elsewhere.
      wire.on('error', () => {});
      wire.on('end', () => {
        clearTimeout(timer);
        resolve();
      });
      if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`);
      else wire.connect(port, host);
    });
  }

  #lose(error: Error): void {
    this.lost ??= error;
    this.#client.connection.stream.destroy();
    const tell = this.onLost;
    this.onLost = undefined;
    tell?.(this.lost);
  }
}
