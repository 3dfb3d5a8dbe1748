import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';

/** What one answer cost the database. */
export interface DatabaseCost {
  databaseMs: number;
  transactions: number;
}

const current = new AsyncLocalStorage<DatabaseCost>();

// `connect` publishes each finished transaction in the context of who asked for it, so the sum is the request's own.
channel('plinth:connect:transaction').subscribe((message) => {
  const cost = current.getStore();
  if (!cost) return;
  cost.databaseMs += (message as { durationMs: number }).durationMs;
  cost.transactions += 1;
});

/** Runs `work` and adds up the transactions in it, also those of other capabilities it calls. */
export async function measure<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly cost: DatabaseCost }> {
  const cost: DatabaseCost = { databaseMs: 0, transactions: 0 };
  return { result: await current.run(cost, work), cost };
}
