import type { Endpoint } from '../cluster/index.ts';
import { Call } from './call.ts';
import { connectErrors } from './errors.ts';
import { applicationName } from './model/application-name.ts';
import { beginMessage } from './model/begin.ts';
import type { Connect, Session, SessionRequest, Transaction, WorkRequest } from './model/types.ts';
import type { ConnectOptions } from './options.ts';
import { databaseName } from './pools/index.ts';
import { OwnSession } from './session.ts';
import { OpenTransaction } from './transaction.ts';
import { Connection } from './wire/index.ts';

/**
 * One database for one piece of work as the login of its endpoint, which is the owner of what is there: no pools, no retries, nothing
 * before the first use. Opening a connection costs more than most of what is done on it, so one that is free is taken for whatever
 * comes next, and work that does one thing after the other needs a single one. Disposing closes it. `settings`: of the server, for the session.
 */
export function openSolo(endpoint: Endpoint, options: ConnectOptions, settings: Readonly<Record<string, string>> = {}): Connect {
  let free: Connection | undefined;
  const take = async (tag: string): Promise<Connection> => {
    const held = free;
    free = undefined;
    if (held && !held.lost) return held;
    const { connectTimeoutMs } = options;
    return Connection.open({ endpoint, applicationName: applicationName(tag), connectTimeoutMs, settings, isPipelined: true });
  };
  const giveBack = (connection: Connection): void => {
    const isClean = connection.inFlight === 0 && connection.transactionStatus === 'I' && !connection.isAltered && !connection.lost;
    if (isClean && !free) free = connection;
    else connection.destroy();
  };
  /** What `call` does not wait for any more is closed as soon as it is there. */
  const opened = async (tag: string, call: Call): Promise<Connection> => {
    const opening = take(tag);
    return call.race(opening).catch((error) => {
      void opening.then((connection) => connection.destroy()).catch(() => {});
      throw error;
    });
  };

  return {
    async transaction<T>(request: WorkRequest, work: (tx: Transaction) => Promise<T>): Promise<T> {
      if (request.as !== 'owner') throw connectErrors.NO_CONTEXT({ tag: request.tag, missing: 'that login' });
      const call = new Call(request, request.deadlineMs ?? options.deadlineMs);
      try {
        const connection = await opened(request.tag, call);
        const tx = new OpenTransaction(request, connection, call);
        try {
          await call.race(tx.begin(beginMessage(request, { prelude: '' })));
          const value = await call.race(work(tx));
          await tx.commit();
          return value;
        } catch (error) {
          await tx.abandon();
          throw call.reason ?? error;
        } finally {
          giveBack(connection);
        }
      } finally {
        call.close();
      }
    },
    async session(request: SessionRequest): Promise<Session> {
      const call = new Call(request, options.deadlineMs);
      try {
        return new OwnSession(request.tier, request.tag, await opened(request.tag, call), request.signal);
      } finally {
        call.close();
      }
    },
    pools: () => [],
    renew: () => {},
    databaseKey: () => databaseName(endpoint),
    async [Symbol.asyncDispose]() {
      await free?.end();
      free = undefined;
    },
  };
}
