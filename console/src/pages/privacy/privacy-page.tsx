import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { request } from '../../api/client.ts';
import { dataMapQuery, processingQuery, sessionQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatCount, plural } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { Answer, Problem } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { DataMap } from './data-map.tsx';
import { Findings, findingsOf } from './findings.tsx';
import { Keys } from './keys.tsx';
import { Processing } from './processing.tsx';
import { Requests } from './requests.tsx';

const route = getRouteApi('/shell/privacy');

interface Scanned {
  readonly tableCount: number;
  readonly rowCount: number;
  readonly findingCount: number;
  readonly writtenCount: number;
  readonly removedCount: number;
  readonly unread: readonly { readonly reason: string }[];
}

/** Those that ask for something of their own; the others show the data map. */
const views: Readonly<Record<string, () => ReactNode>> = {
  processing: () => <ProcessingView />,
  requests: () => <Requests />,
  keys: () => <Keys />,
};

export function PrivacyPage() {
  const { view = 'map' } = route.useSearch();
  const map = useQuery(dataMapQuery);
  const findings = map.data && findingsOf(map.data.tables);
  return (
    <Page
      title="Privacy"
      isFilled
      lead="Where personal and secret data are, what was decided about them, and what they are for."
      aside={
        findings &&
        (findings.length === 0 ? (
          <Badge tone="good">all decided</Badge>
        ) : (
          <Badge tone="warn">{plural(findings.length, 'finding')} to confirm</Badge>
        ))
      }
    >
      <Tabs
        label="Views of privacy"
        current={view}
        tabs={[
          { id: 'map', text: 'Data map' },
          { id: 'findings', text: 'Findings', ...(findings && { count: findings.length }) },
          { id: 'processing', text: 'Processing' },
          { id: 'requests', text: 'Requests' },
          { id: 'keys', text: 'Keys' },
        ]}
      />
      {views[view]?.() ?? (
        <Answer query={map} lines={10}>
          {({ tables }) =>
            view === 'findings' ? <Findings findings={findingsOf(tables)} tools={<Scan />} /> : <DataMap tables={tables} />
          }
        </Answer>
      )}
    </Page>
  );
}

function ProcessingView() {
  const query = useQuery(processingQuery);
  return (
    <Answer query={query} lines={8}>
      {(report) => <Processing report={report} />}
    </Answer>
  );
}

/** Looks at every table again; what was found stands in the list afterwards. */
function Scan() {
  const client = useQueryClient();
  const role = useQuery(sessionQuery).data?.account?.role;
  const scan = useMutation({
    mutationFn: () => request<Scanned>('/privacy/scans', { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: dataMapQuery.queryKey }),
  });
  if (role !== 'operator' && role !== 'admin') return null;
  const { data } = scan;
  return (
    <>
      <button type="button" className="button" disabled={scan.isPending} onClick={() => scan.mutate()}>
        {scan.isPending ? 'Scanning …' : 'Scan now'}
      </button>
      {data && (
        <output className="faint">
          {formatCount(data.rowCount)} rows of {plural(data.tableCount, 'table')} read, {data.writtenCount} new or changed,{' '}
          {data.removedCount} gone
          {data.unread.length > 0 && `, ${plural(data.unread.length, 'table')} could not be read`}
        </output>
      )}
      {scan.error && <Problem error={scan.error} />}
    </>
  );
}
