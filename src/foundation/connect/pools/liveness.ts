import { setImmediate as ioTurn } from 'node:timers/promises';
import { type Clock, type Log, loop, messageOf, PlinthError, type Service, sqlstateOf } from '../../../kernel/index.ts';
import type { Connection } from '../wire/index.ts';

const intervalMs = 1_000;
const answerMs = 1_000;
const failuresToEject = 2;

export interface LivenessSpec {
  readonly server: string;
  /** Opens the probe's own connection; it lives beside the pools, so that a full pool does not look like a dead server. */
  open(timeoutMs: number): Promise<Connection>;
  /** The pooled connections to that server. */
  connections(): readonly Connection[];
  /** The server has been silent: its connections are closed by now. */
  ejected(closed: number): void;
}

/** The watch over one server. */
export interface LivenessWatch extends Service {
  /** Opens the probe's connection anew, with the credentials of that time. */
  renew(): void;
}

/**
 * Asks a server for a sign of life each second while somebody waits for it, and closes all connections to it when it
 * gives none twice in a row: a partition is silent, and TCP would wait for minutes.
 */
export function watchLiveness(deps: { readonly clock: Clock; readonly log: Log }, spec: LivenessSpec): LivenessWatch {
  let probe: Connection | undefined;

  const ask = async (): Promise<boolean> => {
    const connections = spec.connections();
    const received = () => connections.reduce((sum, connection) => sum + connection.bytesRead, 0);
    const before = received();
    try {
      probe ??= await spec.open(answerMs);
      const timer = setTimeout(() => probe?.destroy(), answerMs);
      await probe.query({ text: 'select' }).finally(() => clearTimeout(timer));
      return true;
    } catch (error) {
      probe?.destroy();
      probe = undefined;
      deps.log.debug(`liveness probe of ${spec.server} failed`, { error: messageOf(error) });
      // A refusal with words (too many connections, shutting down) is a sign of life.
      if (isAnswer(error)) return true;
      // This process may have been the busy one: what has arrived meanwhile is read before the verdict.
      await ioTurn();
      return received() > before;
    }
  };

  const service = loop(deps, {
    name: `liveness of ${spec.server}`,
    intervalMs,
    async run() {
      for (let failures = 0; failures < failuresToEject; failures++) {
        if (!spec.connections().some((connection) => connection.inFlight > 0) || (await ask())) return;
      }
      const connections = spec.connections();
      for (const connection of connections) connection.destroy();
      spec.ejected(connections.length);
    },
  });

  return {
    ...service,
    renew() {
      // One that is just asking hears of it as of a failure, and asks again.
      void probe?.end();
      probe = undefined;
    },
    async stop() {
      await service.stop();
      await probe?.end();
      probe = undefined;
    },
  };
}

function isAnswer(error: unknown): boolean {
  return error instanceof PlinthError ? error.code !== 'PLINTH_CONNECT_SERVER_DOWN' : sqlstateOf(error) !== undefined;
}
