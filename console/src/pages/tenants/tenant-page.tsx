import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { tenantQuery, tenantsQuery } from '../../api/queries.ts';
import type { SecurityEvent } from '../../api/types.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Identifier } from '../../parts/identifier.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Grants } from './grants.tsx';
import { Operations } from './operations.tsx';
import { Policies, Settings } from './settings.tsx';
import { stateTones } from './tenants-page.tsx';
import { Usage } from './usage.tsx';

const route = getRouteApi('/shell/tenants/$id');
const severityTones: Readonly<Record<SecurityEvent['severity'], Tone>> = { low: 'plain', medium: 'warn', high: 'bad', critical: 'bad' };

export function TenantPage() {
  const { id } = route.useParams();
  const tenants = useQuery(tenantsQuery).data?.tenants;
  // The address carries the slug that people know; the endpoint asks for the id.
  const found = tenants?.find((tenant) => tenant.slug === id || tenant.id === id);
  const query = useQuery({ ...tenantQuery(found?.id ?? id), enabled: tenants !== undefined });
  return (
    <Page
      title={found?.name ?? id}
      lead={
        <>
          <Link to="/tenants" search={{}}>
            <Icon name="left" /> Tenants
          </Link>{' '}
          {found && (
            <>
              <code>{found.slug}</code> <Identifier value={found.id} /> since <Time value={found.created} />
            </>
          )}
        </>
      }
      aside={found && <Badge tone={stateTones[found.state] ?? 'plain'}>{found.state}</Badge>}
    >
      <Answer query={query}>
        {({ tenant, members, events }) => (
          <>
            <nav className="jump" aria-label="Of this tenant">
              <Link to="/mail" search={{ tenant: tenant.slug }} className="button">
                <Icon name="mail" /> Mail
              </Link>
              <Link to="/content" search={{ tenant: tenant.slug }} className="button">
                <Icon name="content" /> Content
              </Link>
              <Link to="/tables" search={{ tenant: tenant.slug }} className="button">
                <Icon name="tables" /> Rows
              </Link>
            </nav>
            <Panel title="Members" note={`${members.length}`}>
              {members.length === 0 ? (
                <Empty title="Nobody yet" />
              ) : (
                <PlainTable label="Members" heads={['Address', 'Name', 'Role', 'Since']}>
                  {members.map((member) => (
                    <tr key={member.userId}>
                      <td>{member.email}</td>
                      <td>{member.name}</td>
                      <td>
                        <Badge>{member.role}</Badge>
                      </td>
                      <td>
                        <Time value={member.created} />
                      </td>
                    </tr>
                  ))}
                </PlainTable>
              )}
            </Panel>
            <Usage tenant={tenant.id} />
            <Policies tenant={tenant.id} />
            <Settings tenant={tenant.id} />
            <Operations tenant={tenant.id} />
            <Grants tenant={tenant.id} />
            <Panel title="Security events" note="Newest first">
              {events.length === 0 ? (
                <Empty title="Nothing was refused" />
              ) : (
                <PlainTable label="Security events" heads={['When', 'Event', 'Severity', 'Action', 'Outcome', 'Reason']}>
                  {events.map((event, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: events have no identity here and do not move
                    <tr key={i}>
                      <td>
                        <Time value={event.created} />
                      </td>
                      <td className="mono">{event.eventType}</td>
                      <td>
                        <Badge tone={severityTones[event.severity] ?? 'plain'}>{event.severity}</Badge>
                      </td>
                      <td>{event.action}</td>
                      <td>{event.success ? 'allowed' : 'refused'}</td>
                      <td className="soft wrap">{event.reason}</td>
                    </tr>
                  ))}
                </PlainTable>
              )}
            </Panel>
          </>
        )}
      </Answer>
    </Page>
  );
}
