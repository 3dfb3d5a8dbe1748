import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { coverageQuery, migrationsQuery, poolsQuery } from '../../api/queries.ts';
import type { ClusterStatus, Coverage, Migration, Pool } from '../../api/types.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { formatShare, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { migrationTone } from '../migrations/migration-tone.ts';

interface Finding {
  readonly tone: Exclude<Tone, 'good' | 'plain'>;
  readonly what: string;
  readonly to: string;
  readonly search: object;
}

const crowded = 0.8;

/** What needs somebody, worst first; or that nothing does, and what was looked at to say so. */
export function Findings({ status }: { status: ClusterStatus }) {
  const pools = useQuery(poolsQuery);
  const migrations = useQuery(migrationsQuery);
  const coverage = useQuery(coverageQuery);
  const findings = [
    ...ofTiers(status),
    ...ofCoverage(coverage.data?.tables ?? []),
    ...ofMigrations(migrations.data?.migrations ?? []),
    ...ofPools(pools.data?.pools ?? []),
  ].sort((a, b) => (a.tone === b.tone ? 0 : a.tone === 'bad' ? -1 : 1));
  // No all-clear for what could not be looked at.
  const unseen = [pools.error && 'pools', migrations.error && 'migrations', coverage.error && 'isolation'].filter(Boolean);
  const isComplete = pools.data && migrations.data && coverage.data;
  return (
    <Panel title="Needs attention">
      <ul className="findings">
        {findings.map((finding) => (
          <li key={finding.what}>
            <Badge tone={finding.tone}>{finding.tone === 'bad' ? 'problem' : 'warning'}</Badge>
            <Link to={finding.to} search={finding.search as never}>
              {finding.what}
            </Link>
          </li>
        ))}
        {unseen.length > 0 && (
          <li>
            <Badge tone="warn">not checked</Badge> {unseen.join(', ')}: the endpoint failed.
          </li>
        )}
        {findings.length === 0 && isComplete && (
          <li>
            <Badge tone="good">nothing</Badge>
            <span className="soft">Checked: tiers, connections, pools, migrations, isolation of tenants.</span>
          </li>
        )}
      </ul>
    </Panel>
  );
}

function ofTiers(status: ClusterStatus): Finding[] {
  return status.tiers.flatMap<Finding>(({ tier, isUp, connections }) => {
    const link = { to: '/tables', search: { tier } };
    if (!isUp) return [{ tone: 'bad', what: `Tier ${tier} is down`, ...link }];
    if (!connections || connections.total < connections.max * crowded) return [];
    return [
      {
        tone: 'warn',
        what: `Tier ${tier} uses ${formatShare(connections.total, connections.max)} of its connections`,
        to: '/pools',
        search: {},
      },
    ];
  });
}

function ofCoverage(tables: readonly Coverage[]): Finding[] {
  return tables
    .filter((table) => table.problems.length > 0)
    .map((table) => ({
      tone: 'bad',
      what: `${table.table} in ${table.tier} is not isolated: ${table.problems[0]}`,
      to: '/tenants',
      search: { view: 'isolation', q: table.table },
    }));
}

function ofMigrations(migrations: readonly Migration[]): Finding[] {
  const of = (tone: Tone) => migrations.filter((migration) => migrationTone(migration.state) === tone);
  const failed = of('bad').map<Finding>((m) => ({
    tone: 'bad',
    what: `Migration ${m.id} in ${m.tier}: ${m.state.replace('_', ' ')}`,
    to: '/migrations',
    search: { q: m.id },
  }));
  const open = of('warn').length;
  return open === 0
    ? failed
    : [...failed, { tone: 'warn', what: `${plural(open, 'migration')} not applied`, to: '/migrations', search: {} }];
}

function ofPools(pools: readonly Pool[]): Finding[] {
  return pools
    .filter((pool) => pool.waiting > 0)
    .map((pool) => ({
      tone: 'warn',
      what: `${plural(pool.waiting, 'call')} ${pool.waiting === 1 ? 'waits' : 'wait'} for a connection of ${pool.tier} ${pool.priority}`,
      to: '/pools',
      search: {},
    }));
}
