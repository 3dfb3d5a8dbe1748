import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { addCost } from './cost.ts';

interface Update {
  readonly path: string;
  readonly body: unknown;
  readonly databaseMs: number;
  readonly transactions: number;
}

/** Whether a question is open: nothing moves under it, and what it is about does not go away. */
const isAsking = () => document.querySelector('dialog[open]') !== null;

export type LiveState = 'connecting' | 'live' | 'paused';

/**
 * Keeps the queries of these paths up to date by one event stream while the page can be seen.
 * A hidden tab closes its stream and costs nothing; coming back asks at once.
 */
export function useLive(paths: readonly string[]): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const key = paths.join(' ');

  useEffect(() => {
    let source: EventSource | undefined;
    const open = () => {
      source = new EventSource(`/api/events?${new URLSearchParams(key.split(' ').map((path) => ['path', path]))}`);
      setState('connecting');
      source.addEventListener('open', () => setState('live'));
      source.addEventListener('error', () => setState('connecting'));
      source.addEventListener('update', (event) => {
        if (isAsking()) return;
        const { path, body, databaseMs, transactions } = JSON.parse(event.data) as Update;
        client.setQueryData([path], body);
        addCost(databaseMs, transactions);
      });
    };
    const follow = () => {
      source?.close();
      if (document.hidden) setState('paused');
      else open();
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      source?.close();
    };
  }, [client, key]);

  return state;
}

/** Asks a query with parameters, which the stream does not carry, again and again while the page can be seen; 0: not at all. */
export function usePolling(queryKey: readonly unknown[], everyMs: number): void {
  const client = useQueryClient();
  const key = JSON.stringify(queryKey);
  useEffect(() => {
    if (everyMs === 0) return;
    const timer = setInterval(() => {
      if (!document.hidden && !isAsking()) void client.invalidateQueries({ queryKey: JSON.parse(key) as unknown[], exact: true });
    }, everyMs);
    return () => clearInterval(timer);
  }, [client, key, everyMs]);
}
