import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Flow } from '../../../../src/data/queue/index.ts';
import type { Json } from '../../api/json.ts';
import { formatCompact, formatCount, plural, unknown } from '../../parts/format.ts';
import type { Report } from './promise-line.tsx';
import type { JobState } from './words.ts';

export type ShownFlow = Json<Flow>;

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Where jobs are, from left to right as they go: delayed, ready, running, done or dead; what something holds beside them. */
export function FlowPicture({ flow, report }: { flow: ShownFlow; report: Report }) {
  const count = (place: keyof ShownFlow['queues'][number]['places']) => total(flow.queues.map(({ places }) => places[place]));
  const minute = (name: 'enqueued' | 'completed' | 'failed' | 'retried') => total(flow.queues.map((queue) => queue[name].at(-2) ?? 0));
  const isKnown = report.queues.some((queue) => queue.sampled !== undefined);
  const ready = isKnown ? total(report.queues.flatMap(({ bands }) => bands.map(({ jobs }) => jobs))) : undefined;
  const capped = (jobs: number) => (jobs >= flow.mostCounted ? `${formatCompact(flow.mostCounted)}+` : formatCount(jobs));
  const workers = Math.max(0, ...report.queues.map((queue) => queue.workers));
  return (
    <section className="flow" aria-label="Where jobs are">
      <div className="flow-column">
        <Node state="scheduled" title="Scheduled" value={capped(count('scheduled'))} note="due later" />
        <Node
          state="retrying"
          title="Retrying"
          value={capped(count('retrying'))}
          note="failed, tried again"
          tone={count('retrying') > 0 ? 'warn' : undefined}
        />
      </div>
      <Arrow note={`${formatCompact(minute('enqueued'))} came`} isMoving={minute('enqueued') > 0} />
      <div className="flow-column">
        <Node state="waiting" title="Ready" value={ready === undefined ? unknown : formatCount(ready)} note="wait for a slot" isMain />
        <div className="flow-beside">
          <Node
            state="parked"
            title="Parked"
            value={capped(count('parked'))}
            note="held by a limit, a pause"
            tone={count('parked') > 0 ? 'warn' : undefined}
          />
          <Node state="blocked" title="Blocked" value={capped(count('blocked'))} note="wait for other jobs" />
        </div>
      </div>
      <Arrow note="claimed" isMoving={count('running') > 0} />
      <div className="flow-column">
        <Node
          state="running"
          title="Running"
          value={formatCount(count('running'))}
          note={
            workers > 0 ? `in ${plural(workers, 'process', 'processes')}` : count('running') > 0 ? 'at the moment' : 'no process runs jobs'
          }
          isMain
        />
      </div>
      <Arrow note={`${formatCompact(minute('completed'))} done`} isMoving={minute('completed') > 0} />
      <div className="flow-column">
        <Node
          state="completed"
          title="Done"
          value={formatCompact(total(flow.queues.flatMap(({ completed }) => completed)))}
          note="in the last hour"
          tone="good"
        />
        <Node
          view="dead"
          title="Dead"
          value={capped(count('dead'))}
          note={count('dead') > 0 ? 'wait for you' : 'nothing was given up'}
          tone={count('dead') > 0 ? 'bad' : undefined}
        />
      </div>
      <p className="faint flow-note">Rates are of the last whole minute.</p>
    </section>
  );
}

interface NodeProps {
  readonly title: string;
  readonly value: string;
  readonly note: ReactNode;
  readonly state?: JobState;
  readonly view?: string;
  readonly tone?: 'good' | 'warn' | 'bad' | undefined;
  readonly isMain?: boolean;
}

function Node({ title, value, note, state, view = 'list', tone, isMain = false }: NodeProps) {
  return (
    <Link to="/jobs" search={{ view, ...(state && { state }) }} className="flow-node" data-tone={tone} data-main={isMain}>
      <span className="flow-title">{title}</span>
      <span className="figure-value">{value}</span>
      <span className="faint">{note}</span>
    </Link>
  );
}

function Arrow({ note, isMoving }: { note: string; isMoving: boolean }) {
  return (
    <div className="flow-arrow" data-moving={isMoving}>
      <svg viewBox="0 0 64 12" aria-hidden="true">
        <path d="M2 6h56" />
        <path d="M54 2l6 4-6 4" />
      </svg>
      <span className="faint">{note}</span>
    </div>
  );
}
