import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { useLive } from '../../api/live.ts';
import { capabilitiesQuery, clusterQuery, coverageQuery, migrationsQuery, poolsQuery, savingsQuery } from '../../api/queries.ts';
import type { ClusterStatus, TierStatus } from '../../api/types.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatBytes, formatCount, formatShare, plural, unknown } from '../../parts/format.ts';
import { LiveMark } from '../../parts/live-mark.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Loading } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Findings } from './findings.tsx';

const ConnectionsChart = lazy(() => import('./connections-chart.tsx'));

export function OverviewPage() {
  const live = useLive(['/cluster/status', '/connect/pools']);
  const cluster = useQuery(clusterQuery);
  return (
    <Page title="Overview" lead={cluster.data && <Where status={cluster.data} />} aside={<LiveMark state={live} />}>
      <Answer query={cluster}>
        {(status) => (
          <>
            <section className="cards" aria-label="Tiers">
              {status.tiers.map((tier) => (
                <TierCard key={tier.tier} tier={tier} />
              ))}
            </section>
            <Findings status={status} />
            <Panel title="Busy connections" note="Sessions running a statement, by tier, since this page was opened">
              <Suspense fallback={<Loading lines={4} />}>
                <ConnectionsChart status={status} />
              </Suspense>
            </Panel>
            <Figures />
            <Verdicts status={status} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Where({ status }: { status: ClusterStatus }) {
  const modes = {
    embedded: 'PostgreSQL started by Plinth',
    system: 'PostgreSQL of this system',
    attached: 'An attached PostgreSQL server',
  };
  return (
    <>
      {modes[status.mode]}
      {status.mode === 'embedded' && (
        <>
          {' '}
          in <code>{status.dataDir}</code>
        </>
      )}
    </>
  );
}

function TierCard({ tier }: { tier: TierStatus }) {
  const { connections } = tier;
  return (
    <Link to="/tables" search={{ tier: tier.tier }} className="card" data-tier={tier.tier}>
      <span className="card-head">
        <h2>{tier.tier}</h2>
        <Badge tone={tier.isUp ? 'good' : 'bad'}>{tier.isUp ? 'up' : 'down'}</Badge>
      </span>
      <span className="card-figure">{formatBytes(tier.sizeBytes)}</span>
      <dl className="facts">
        <dt>Connections</dt>
        <dd>
          {connections ? (
            <>
              {connections.active} busy, {connections.total} of {connections.max}
            </>
          ) : (
            unknown
          )}
        </dd>
        <dt>Database</dt>
        <dd className="cut">{tier.database}</dd>
        <dt>Version</dt>
        <dd>{tier.version ?? unknown}</dd>
        <dt>Up since</dt>
        <dd>{tier.started ? <Time value={tier.started} as="short" /> : unknown}</dd>
      </dl>
      {connections && <Meter value={connections.total} max={connections.max} />}
    </Link>
  );
}

function Figures() {
  const here = useQuery(capabilitiesQuery).data?.capabilities ?? [];
  const savings = useQuery({ ...savingsQuery(undefined), enabled: here.includes('content') }).data;
  const pools = useQuery(poolsQuery).data?.pools;
  const migrations = useQuery(migrationsQuery).data?.migrations;
  const coverage = useQuery(coverageQuery).data?.tables;
  return (
    <section className="figures" aria-label="In figures">
      {pools && (
        <FigureLink to="/pools" label="Connections in use" value={formatCount(pools.reduce((sum, p) => sum + p.active, 0))}>
          {plural(
            pools.reduce((sum, p) => sum + p.waiting, 0),
            'call',
          )}{' '}
          waiting
        </FigureLink>
      )}
      {coverage && (
        <FigureLink to="/tenants" search={{ view: 'isolation' }} label="Tables with tenants' rows" value={formatCount(coverage.length)}>
          {coverage.every((t) => t.problems.length === 0)
            ? 'all isolated'
            : `${coverage.filter((t) => t.problems.length > 0).length} not isolated`}
        </FigureLink>
      )}
      {migrations && (
        <FigureLink to="/migrations" label="Migrations" value={formatCount(migrations.length)}>
          {plural(migrations.filter((m) => m.state === 'pending').length, 'pending', 'pending')}
        </FigureLink>
      )}
      {savings && savings.rawBytes > 0 && (
        <FigureLink to="/content" label="Content stored" value={formatBytes(savings.storedBytes)}>
          {formatShare(savings.rawBytes - savings.storedBytes, savings.rawBytes)} saved of {formatBytes(savings.rawBytes)}
        </FigureLink>
      )}
    </section>
  );
}

function FigureLink(props: { to: string; search?: object; label: string; value: string; children: ReactNode }) {
  return (
    <Link to={props.to} search={(props.search ?? {}) as never} className="figure">
      <span className="soft">{props.label}</span>
      <span className="figure-value">{props.value}</span>
      <span className="faint">{props.children}</span>
    </Link>
  );
}

const verdictTones = { works: 'good', 'works with': 'warn', 'not here': 'plain' } as const;

/** What the server can do for us, one line per capability; tiers that agree share a line. */
function Verdicts({ status }: { status: ClusterStatus }) {
  const lines = new Map<string, { capability: string; verdict: keyof typeof verdictTones; because: string; tiers: string[] }>();
  for (const tier of status.tiers) {
    for (const verdict of tier.verdicts) {
      const key = `${verdict.capability}|${verdict.verdict}|${verdict.because}`;
      const line = lines.get(key) ?? { ...verdict, tiers: [] };
      line.tiers.push(tier.tier);
      lines.set(key, line);
    }
  }
  if (lines.size === 0) return null;
  return (
    <Panel title="What this server can do" note="Tried, not read from the version number">
      <PlainTable label="What this server can do" heads={['Capability', 'Verdict', 'Because', 'Tiers']}>
        {[...lines.values()].map((line) => (
          <tr key={`${line.capability} ${line.tiers[0]}`}>
            <td>{line.capability}</td>
            <td>
              <Badge tone={verdictTones[line.verdict]}>{line.verdict}</Badge>
            </td>
            <td className="soft wrap">{line.because}</td>
            <td className="faint">{line.tiers.length === status.tiers.length ? 'all' : line.tiers.join(', ')}</td>
          </tr>
        ))}
      </PlainTable>
    </Panel>
  );
}
