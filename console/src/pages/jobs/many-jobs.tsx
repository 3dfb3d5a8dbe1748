import { useQuery } from '@tanstack/react-query';
import type { JobCounts } from '../../../../src/data/queue/index.ts';
import { request } from '../../api/client.ts';
import type { JobSearch } from '../../api/job-queries.ts';
import { Action, useMayAct } from '../../parts/action.tsx';
import { formatCount, plural } from '../../parts/format.ts';
import { Answer } from '../../parts/states.tsx';
import { hasEnded, type JobState, jobStates, stateWords } from './words.ts';

/** What is done to all jobs that the filter finds, with their count before. */
export function ManyJobs({ filter }: { filter: JobSearch }) {
  const mayAct = useMayAct();
  if (!mayAct) return null;
  const { tenant = 'system', state } = filter;
  const body = { ...filter, tenant };
  const flags = Object.entries(body).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  const post = <T,>(word: string) => request<T>(`/queue/jobs/${word}`, { method: 'POST', body });
  const canPromote = state === undefined || state === 'scheduled' || state === 'retrying';
  const canCancel = state === undefined || !hasEnded(state as JobState);
  return (
    <>
      {canPromote && (
        <Action
          label="Run now"
          title="Make them due now?"
          command={`plinth queue promote ${flags.join(' ')} --yes`}
          run={() => post<{ promoted: number }>('promote')}
          done={({ promoted }) => `${plural(promoted, 'job is', 'jobs are')} due now.`}
        >
          <Counted body={body} among={['scheduled', 'retrying']} /> They wait their turn from now on; there is no way back but to reschedule
          them.
        </Action>
      )}
      {canCancel && (
        <Action
          label="Cancel all"
          title="Cancel them?"
          isDangerous
          command={`plinth queue cancel ${flags.join(' ')} --yes`}
          run={() => post<{ cancelled: number; requested: number }>('cancel')}
          done={({ cancelled, requested }) =>
            `${plural(cancelled, 'job is', 'jobs are')} cancelled, ${formatCount(requested)} running ones are told to end.`
          }
        >
          <Counted body={body} among={jobStates.filter((one) => !hasEnded(one))} /> Waiting ones end at once, running ones are told to. “Run
          again” on the page of a job enqueues it anew.
        </Action>
      )}
    </>
  );
}

/** How many it is about, asked when the question is. */
function Counted({ body, among }: { body: object; among: readonly JobState[] }) {
  const query = useQuery({
    queryKey: ['/queue/jobs/count', body],
    queryFn: ({ signal }) => request<{ counts: JobCounts }>('/queue/jobs/count', { method: 'POST', body, signal }),
    staleTime: 0,
  });
  return (
    <Answer query={query} lines={1}>
      {({ counts }) => {
        const found = among.filter((state) => counts[state] > 0);
        const total = found.reduce((sum, state) => sum + counts[state], 0);
        return (
          <p>
            The filter finds <strong>{plural(total, 'such job')}</strong>
            {found.length > 0 && `: ${found.map((state) => `${formatCount(counts[state])} ${stateWords[state]}`).join(', ')}`}.
          </p>
        );
      }}
    </Answer>
  );
}
