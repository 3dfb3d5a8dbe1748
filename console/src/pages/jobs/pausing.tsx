import { request } from '../../api/client.ts';
import { Action } from '../../parts/action.tsx';

interface Props {
  readonly of: 'queue' | 'type' | 'tenant';
  readonly name: string;
  readonly isPaused: boolean;
  /** As people are told of it; default its name. */
  readonly text?: string;
}

const pauses: Readonly<Record<Props['of'], string>> = {
  queue: 'From about a second later nothing of it is claimed; what runs goes on. Its waits go on counting, and the promise with them.',
  type: 'From about a second later none of its jobs begins, of any tenant; what runs goes on. They keep their place and their age.',
  tenant: 'From about a second later none of its jobs begins; what runs goes on. What is due is parked, and keeps its age.',
};

/** Holds a queue, a job type or a tenant, or lets it go on. */
export function Pausing({ of, name, isPaused, text = name }: Props) {
  const word = isPaused ? 'resume' : 'pause';
  return (
    <Action
      label={isPaused ? 'Resume' : 'Pause'}
      title={isPaused ? `Go on with ${text}?` : `Pause ${text}?`}
      command={`plinth queue ${word} ${name}${of === 'queue' ? '' : ` --of ${of}`}`}
      run={() => request(`/queue/${of}s/${encodeURIComponent(name)}/${word}`, { method: 'POST', body: {} })}
      done={() => (isPaused ? `Jobs of ${text} are claimed again.` : `Nothing of ${text} begins any more; what runs goes on.`)}
    >
      {isPaused ? 'Its jobs are claimed again, the longest waiting first.' : `${pauses[of]} “Resume” undoes it.`}
    </Action>
  );
}
