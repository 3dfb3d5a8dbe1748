import { useQuery } from '@tanstack/react-query';
import type { TenantStatus } from '../../../../src/foundation/migrate/index.ts';
import { placedTenantsQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatMs } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

const tones: Readonly<Record<TenantStatus['state'], 'good' | 'plain' | 'warn' | 'bad'>> = {
  current: 'good',
  behind: 'plain',
  running: 'plain',
  interrupted: 'warn',
  failed: 'bad',
};

/** Tenants with databases of their own, in the order in which changes reach them. */
export function PlacedTenants() {
  const query = useQuery({ ...placedTenantsQuery, refetchInterval: 5_000 });
  return (
    <Answer query={query} lines={6}>
      {({ tenants }) =>
        tenants.length === 0 ? (
          <Empty title="No tenant has a database of its own" />
        ) : (
          <PlainTable
            label="Placed tenants"
            heads={['Tenant', 'Ring', 'State', 'Version', 'Since', { text: 'Took', align: 'end' }, 'Error']}
          >
            {tenants.map((one) => (
              <tr key={one.tenant}>
                <td>{one.tenant}</td>
                <td>{one.ring}</td>
                <td>
                  <Badge tone={tones[one.state]}>{one.state}</Badge>
                </td>
                <td>{one.version === undefined ? <span className="faint">none yet</span> : <code>{one.version.slice(0, 12)}</code>}</td>
                <td>
                  <Time value={one.updated} as="ago" />
                </td>
                <td data-align="end">{formatMs(one.durationMs)}</td>
                <td>{one.error}</td>
              </tr>
            ))}
          </PlainTable>
        )
      }
    </Answer>
  );
}
