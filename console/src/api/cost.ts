import { useSyncExternalStore } from 'react';

/** What the endpoints of the current page have cost the database since it was opened. */
export interface PageCost {
  readonly requests: number;
  readonly transactions: number;
  readonly databaseMs: number;
}

const nothing: PageCost = { requests: 0, transactions: 0, databaseMs: 0 };
let cost = nothing;
const listeners = new Set<() => void>();

function set(next: PageCost): void {
  cost = next;
  for (const listener of listeners) listener();
}

/** Adds what a `Server-Timing` header says: `db;dur=3.2;desc="2"`. Endpoints without a database have no `db`. */
export function noteCost(_path: string, serverTiming: string | null): void {
  const match = /db;dur=([\d.]+);desc="(\d+)"/.exec(serverTiming ?? '');
  if (match) addCost(Number(match[1]), Number(match[2]));
}

/** Adds one answer. */
export function addCost(databaseMs: number, transactions: number): void {
  set({ requests: cost.requests + 1, transactions: cost.transactions + transactions, databaseMs: cost.databaseMs + databaseMs });
}

/** Begins anew, for another page. */
export function resetCost(): void {
  set(nothing);
}

export function usePageCost(): PageCost {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => cost,
  );
}
