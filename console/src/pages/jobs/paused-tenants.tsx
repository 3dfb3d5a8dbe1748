import { useQuery } from '@tanstack/react-query';
import { waitingTenantsQuery } from '../../api/job-queries.ts';
import { formatCompact, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Pausing } from './pausing.tsx';
import { tenantName } from './words.ts';

/** Tenants of which nothing begins, since when and by whose word, and a way to hold another one. */
export function PausedTenants() {
  const data = useQuery(waitingTenantsQuery).data;
  if (!data) return null;
  const { paused, mostCounted } = data;
  return (
    <Panel title="Paused tenants" note={paused.length === 0 ? undefined : plural(paused.length, 'tenant')}>
      {paused.length === 0 ? (
        <Empty title="No tenant is paused">“Pause” beside a tenant’s share, on Overview, holds all of its jobs.</Empty>
      ) : (
        <PlainTable
          label="Paused tenants"
          heads={['Tenant', 'Since', 'By', { text: 'Due and held', align: 'end' }, { text: 'Actions', align: 'end', isHidden: true }]}
        >
          {paused.map(({ tenant, since, by, jobs }) => (
            <tr key={tenant}>
              <td>{tenantName(tenant)}</td>
              <td>
                <Time value={since} as="ago" />
              </td>
              <td>{by}</td>
              <td data-align="end">{jobs >= mostCounted ? `${formatCompact(mostCounted)}+` : formatCompact(jobs)}</td>
              <td data-align="end">
                <Pausing of="tenant" name={tenant} text={tenantName(tenant)} isPaused />
              </td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Panel>
  );
}
