import { request } from '../../api/client.ts';
import type { ShownBatch } from '../../api/job-queries.ts';
import { Action } from '../../parts/action.tsx';
import { formatCount, plural } from '../../parts/format.ts';

/** What can be done to a batch or flow as a whole. */
export function BatchActions({ batch: { id, kind, name, state, failed, cancelled, isCancelled } }: { batch: ShownBatch }) {
  const post = <T,>(word: string) => request<T>(`/queue/batches/${id}/${word}`, { method: 'POST', body: {} });
  const text = name ?? `the ${kind}`;
  return (
    <span className="pair">
      {failed + cancelled > 0 && (
        <Action
          label="Retry"
          title={`Run what did not complete of ${text} again?`}
          command={`plinth queue batches retry ${id}`}
          run={() => post<{ again: readonly unknown[] }>('retry')}
          done={({ again }) =>
            again.length > 0 ? `${plural(again.length, 'job was', 'jobs were')} enqueued again.` : 'All of it that ended completed.'
          }
        >
          {kind === 'flow'
            ? 'Steps that failed, and those that were not run because of them, are enqueued again as new jobs; what completed stays.'
            : `${plural(failed + cancelled, 'job')} of it are enqueued again as new jobs; what completed stays.`}{' '}
          It is open again, and can be cancelled.
        </Action>
      )}
      {state === 'open' && !isCancelled && (
        <Action
          label="Cancel"
          title={`Cancel ${text}?`}
          isDangerous
          command={`plinth queue batches cancel ${id}`}
          run={() => post<{ cancelled: number; requested: number }>('cancel')}
          done={(result) =>
            `${plural(result.cancelled, 'job is', 'jobs are')} cancelled, ${formatCount(result.requested)} running ones are told to end.`
          }
        >
          What waits of it is cancelled, what runs is told to end, and nothing is enqueued at its end. “Retry” runs what was cancelled.
        </Action>
      )}
    </span>
  );
}
