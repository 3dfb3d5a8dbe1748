import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { anomaliesQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Anomalies } from './anomalies.tsx';
import { Chain } from './chain.tsx';
import { RowHistory } from './row-history.tsx';
import { Timeline } from './timeline.tsx';
import { WhoSaw } from './who-saw.tsx';
import './audit.css';

const route = getRouteApi('/shell/audit');

const views: Readonly<Record<string, { readonly text: string; readonly show: () => ReactNode }>> = {
  timeline: { text: 'Timeline', show: () => <Timeline /> },
  subject: { text: 'Who saw', show: () => <WhoSaw /> },
  history: { text: 'Row history', show: () => <RowHistory /> },
  anomalies: { text: 'Anomalies', show: () => <Anomalies /> },
  chain: { text: 'Chain', show: () => <Chain /> },
};

export function AuditPage() {
  const { view = 'timeline' } = route.useSearch();
  const open = useQuery(anomaliesQuery(false)).data?.anomalies.length;
  return (
    <Page
      title="Audit"
      isFilled
      lead="Who did what, to which data, and proof that the record is whole."
      aside={open !== undefined && open > 0 && <Badge tone="warn">{plural(open, 'anomaly', 'anomalies')}</Badge>}
    >
      <Tabs
        label="Views of the trail"
        current={view}
        tabs={Object.entries(views).map(([id, { text }]) => ({
          id,
          text,
          ...(id === 'anomalies' && open !== undefined && { count: open }),
        }))}
      />
      {(views[view] ?? views.timeline)?.show()}
    </Page>
  );
}
