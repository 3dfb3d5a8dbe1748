import type { Endpoint } from '../../../cluster/index.ts';
import { connectTo } from '../../test/harness.ts';

/** A program that does the same again and again on a connection of its own, and what went wrong meanwhile. */
export interface Load {
  readonly errors: readonly string[];
  /** The longest that one statement took, in ms. */
  readonly longestMs: number;
  readonly statements: number;
  stop(): Promise<void>;
}

/** Starts it; `statement` makes the n-th statement, from 0. */
export async function startLoad(endpoint: Endpoint, statement: (n: number) => string): Promise<Load> {
  const client = await connectTo(endpoint);
  const load = { errors: [] as string[], longestMs: 0, statements: 0 };
  let isStopped = false;
  const work = async () => {
    while (!isStopped) {
      const text = statement(load.statements++);
      const started = performance.now();
      await client.query(text).catch((error: Error) => load.errors.push(`${error.message}: ${text}`));
      load.longestMs = Math.max(load.longestMs, performance.now() - started);
    }
  };
  const working = work();
  return Object.assign(load, {
    async stop() {
      isStopped = true;
      await working;
      await client.end();
    },
  });
}

/** Somebody who reads the table in one long transaction, and ends it when told. */
export async function longReader(endpoint: Endpoint, table: string): Promise<{ end(): Promise<void> }> {
  const client = await connectTo(endpoint);
  await client.query(`begin isolation level repeatable read; select count(*) from ${table}`);
  return {
    async end() {
      await client.query('commit');
      await client.end();
    },
  };
}
