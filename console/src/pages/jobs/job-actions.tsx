import { request } from '../../api/client.ts';
import type { ShownJob } from '../../api/job-queries.ts';
import { Action } from '../../parts/action.tsx';
import { hasEnded } from './words.ts';

/** What can be done to a job in the state it is in. */
export function JobActions({ job }: { job: ShownJob }) {
  const { id, state } = job;
  const body = { ids: [id], tenant: job.tenantId };
  const post = <T,>(word: string, given: object = body) => request<T>(`/queue/${word}`, { method: 'POST', body: given });
  if (state === 'dead') {
    return job.redrivenAs === null ? (
      <Action
        label="Redrive"
        title="Enqueue it again?"
        command={`plinth queue redrive ${id}`}
        run={() => post<{ redriven: number }>('dead/redrive')}
        done={() => 'It was enqueued again as a new job; “Redriven as” leads to it.'}
      >
        A new job with the same payload takes its place, once. Remove the cause first: it would only fail again. The new job can be
        cancelled.
      </Action>
    ) : null;
  }
  return (
    <>
      {(state === 'scheduled' || state === 'retrying') && (
        <Action
          label="Run now"
          title="Make it due now?"
          command={`plinth queue promote ${id}`}
          run={() => post<{ promoted: number }>('jobs/promote')}
          done={({ promoted }) => (promoted > 0 ? 'It is due now, and waits its turn.' : 'It did not wait any more.')}
        >
          It waits its turn from now on instead of until its time.
        </Action>
      )}
      {hasEnded(state) && (
        <Action
          label="Run again"
          title="Run it again?"
          command={`plinth queue retry ${id}`}
          run={() => post<{ again: readonly { as: string }[] }>('jobs/retry')}
          done={({ again }) => `It was enqueued again as ${again[0]?.as ?? 'a new job'}.`}
        >
          A new job with the same payload is enqueued, which names this one. What it did outside is done again. The new job can be
          cancelled.
        </Action>
      )}
      {!hasEnded(state) && (
        <Action
          label="Cancel"
          title="Cancel it?"
          isDangerous
          command={`plinth queue cancel ${id}`}
          run={() => post<{ cancelled: number; requested: number }>('jobs/cancel')}
          done={({ cancelled }) =>
            cancelled > 0 ? 'It is cancelled.' : 'Its worker is told to end it; after 30 seconds of grace it is taken away.'
          }
        >
          {state === 'running' ? 'Its worker is told to abort it; what it has done stays done.' : 'It will not run.'} “Run again” enqueues
          it anew.
        </Action>
      )}
    </>
  );
}
