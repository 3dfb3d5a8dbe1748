import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { alertsQuery, promiseQuery } from '../../api/job-queries.ts';
import { useLive } from '../../api/live.ts';
import { useMayAct } from '../../parts/action.tsx';
import { LiveMark } from '../../parts/live-mark.tsx';
import { Page } from '../../parts/page.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Time } from '../../parts/time.tsx';
import { Alerts } from './alerts.tsx';
import { Batches } from './batches.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { JobList } from './job-list.tsx';
import { Overview } from './overview.tsx';
import { Queues } from './queues.tsx';
import { Schedules } from './schedules.tsx';
import { Workers } from './workers.tsx';
import './jobs.css';

const route = getRouteApi('/shell/jobs');

interface View {
  readonly text: string;
  /** Endpoints that the event stream follows while the view is open; `operatorPaths` tell of tenants side by side. */
  readonly paths: readonly string[];
  readonly operatorPaths?: readonly string[];
  readonly show: () => ReactNode;
}

const views: Readonly<Record<string, View>> = {
  overview: {
    text: 'Overview',
    paths: ['/queue/promise', '/queue/flow', '/queue/alerts'],
    operatorPaths: ['/queue/tenants'],
    show: () => <Overview />,
  },
  queues: { text: 'Queues', paths: ['/queue/promise', '/queue/flow'], operatorPaths: ['/queue/tenants'], show: () => <Queues /> },
  list: { text: 'All jobs', paths: ['/queue/flow'], show: () => <JobList /> },
  batches: { text: 'Batches', paths: ['/queue/flow'], show: () => <Batches /> },
  dead: { text: 'Dead letters', paths: ['/queue/flow'], operatorPaths: ['/queue/dead/groups'], show: () => <DeadLetters /> },
  workers: { text: 'Workers', paths: ['/queue/workers', '/queue/pools'], show: () => <Workers /> },
  alerts: { text: 'Alerts', paths: ['/queue/alerts', '/queue/promise'], show: () => <Alerts /> },
  schedules: { text: 'Schedules', paths: ['/schedule/jobs'], show: () => <Schedules /> },
};

export function JobsPage() {
  const { view = 'overview' } = route.useSearch();
  const mayAct = useMayAct();
  const { paths, operatorPaths = [], show } = views[view] ?? (views.overview as View);
  const live = useLive(mayAct ? [...paths, ...operatorPaths] : paths);
  const open = useQuery(alertsQuery).data?.alerts.filter(({ resolved }) => resolved === undefined).length;
  return (
    <Page
      title="Jobs"
      isFilled={view === 'list'}
      lead="What waits, for how long and why; what runs, what was given up, and what comes next."
      aside={<LiveMark state={live} />}
    >
      <Tabs
        label="Views of jobs"
        current={view in views ? view : 'overview'}
        tabs={Object.entries(views).map(([id, { text }]) => ({
          id,
          text,
          ...(id === 'alerts' && open !== undefined && open > 0 && { count: open }),
        }))}
      />
      <Unwatched />
      {show()}
    </Page>
  );
}

/** Said where nobody has looked for a while: what is shown is of the time when somebody did. */
function Unwatched() {
  const queues = useQuery(promiseQuery).data?.queues ?? [];
  const sampled = queues
    .flatMap((queue) => queue.sampled ?? [])
    .sort()
    .at(-1);
  if (queues.length === 0 || queues.some((queue) => queue.isWatched)) return null;
  return (
    <p className="note" role="status">
      What waits was looked at last <Time value={sampled} as="ago" />. If that lasts, no process watches the queue: start{' '}
      <code>plinth up</code> or <code>plinth worker</code>.
    </p>
  );
}
