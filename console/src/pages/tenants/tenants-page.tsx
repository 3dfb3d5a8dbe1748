import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { certificateQuery, coverageQuery, tenantsQuery, usageQuery } from '../../api/queries.ts';
import type { Coverage, Tenant, TenantUsage } from '../../api/types.ts';
import { Badge, TierName, type Tone } from '../../parts/badge.tsx';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';
import { formatCompact, formatCount, formatMs, plural } from '../../parts/format.ts';
import { Icon } from '../../parts/icon.tsx';
import { Identifier } from '../../parts/identifier.tsx';
import { Page } from '../../parts/page.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { Answer } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Time } from '../../parts/time.tsx';
import { Flags } from './flags.tsx';
import { WhoSlowedWhom } from './who-slowed-whom.tsx';

const route = getRouteApi('/shell/tenants');
export const stateTones: Readonly<Record<Tenant['state'], Tone>> = {
  provisioning: 'plain',
  active: 'good',
  suspended: 'warn',
  erasing: 'warn',
  erased: 'plain',
};

type Row = Tenant & { readonly usage: TenantUsage | undefined };
const tenantColumn = columnsOf<Row>();
const tenantColumns = tenantColumn.columns([
  tenantColumn.accessor('slug', {
    header: 'Tenant',
    meta: { width: 180 },
    cell: ({ row: { original } }) => (
      <Link to="/tenants/$id" params={{ id: original.slug }} search={{}} className="row-link cut">
        {original.slug}
      </Link>
    ),
  }),
  tenantColumn.accessor('name', { header: 'Name', cell: (cell) => <span className="cut">{cell.getValue()}</span> }),
  tenantColumn.accessor('state', {
    header: 'State',
    meta: { width: 130 },
    cell: (cell) => <Badge tone={stateTones[cell.getValue()] ?? 'plain'}>{cell.getValue()}</Badge>,
  }),
  tenantColumn.accessor((row) => row.placement ?? 'shared', { id: 'place', header: 'Place', meta: { width: 140 } }),
  tenantColumn.accessor((row) => row.memberCount ?? 0, {
    id: 'members',
    header: 'Members',
    sortDescFirst: true,
    meta: { width: 100, align: 'end' },
    cell: (cell) => formatCount(cell.getValue()),
  }),
  tenantColumn.accessor((row) => row.usage?.executionMs ?? 0, {
    id: 'usage',
    header: 'Last 24 hours',
    sortDescFirst: true,
    meta: { width: 200 },
    cell: ({ row: { original } }) =>
      original.usage && (
        <span className="pair">
          <Sparkline values={original.usage.byHour} />
          <span title={`${formatCount(original.usage.queries)} statements`}>{formatMs(original.usage.executionMs)}</span>
        </span>
      ),
  }),
  tenantColumn.accessor('created', {
    header: 'Created',
    sortDescFirst: true,
    meta: { width: 190 },
    cell: (cell) => <Time value={cell.getValue()} />,
  }),
  tenantColumn.accessor('id', { header: 'Id', meta: { width: 170 }, cell: (cell) => <Identifier value={cell.getValue()} /> }),
]);

const coverageColumn = columnsOf<Coverage>();
const verbs = ['select', 'insert', 'update', 'delete'] as const;
const coverageColumns = coverageColumn.columns([
  coverageColumn.accessor('table', {
    header: 'Table',
    meta: { width: 280 },
    cell: ({ row: { original } }) => {
      const [schema = '', table = ''] = original.table.split('.');
      return (
        <Link
          to="/tables/$tier/$schema/$table"
          params={{ tier: original.tier, schema, table }}
          search={{ view: 'policies' }}
          className="row-link mono cut"
        >
          {original.table}
        </Link>
      );
    },
  }),
  coverageColumn.accessor('tier', { header: 'Tier', meta: { width: 100 }, cell: (cell) => <TierName tier={cell.getValue()} /> }),
  coverageColumn.accessor((row) => row.problems.length, {
    id: 'problems',
    header: 'Isolation',
    sortDescFirst: true,
    meta: { width: 140 },
    cell: (cell) =>
      cell.getValue() === 0 ? <Badge tone="good">isolated</Badge> : <Badge tone="bad">{plural(cell.getValue(), 'problem')}</Badge>,
  }),
  coverageColumn.accessor(
    (row) => (row.isForced ? 'forced' : row.isEnabled ? 'enabled' : row.problems.length === 0 ? 'by its tables' : 'off'),
    {
      id: 'security',
      header: 'Row security',
      meta: { width: 120 },
    },
  ),
  coverageColumn.accessor((row) => verbs.filter((verb) => row.verbs[verb]).length, {
    id: 'verbs',
    header: 'Policies for',
    meta: { width: 270 },
    cell: ({ row: { original } }) => (
      <span className="verbs">
        {verbs.map((verb) => (
          <span key={verb} data-on={original.verbs[verb]}>
            <Icon name={original.verbs[verb] ? 'check' : 'cross'} />
            {verb}
            {!original.verbs[verb] && <span className="hidden"> missing</span>}
          </span>
        ))}
      </span>
    ),
  }),
  coverageColumn.accessor((row) => row.rowEstimate ?? undefined, {
    id: 'rows',
    header: 'Rows, about',
    sortUndefined: 'last',
    sortDescFirst: true,
    meta: { width: 110, align: 'end' },
    cell: (cell) => formatCompact(cell.getValue()),
  }),
  coverageColumn.accessor((row) => row.problems.join(' · '), {
    id: 'what',
    header: 'What is wrong',
    meta: { width: 240 },
    cell: (cell) => (
      <span className="cut" title={cell.getValue()}>
        {cell.getValue()}
      </span>
    ),
  }),
]);

/** When the isolation was not only read from the catalog, but tried. */
function Certified() {
  const certificate = useQuery(certificateQuery).data?.certificate;
  if (certificate === undefined) return null;
  if (certificate === null) {
    return (
      <p className="faint note">
        Read from the catalog. <code>plinth tenancy certify</code> also tries it, table by table.
      </p>
    );
  }
  return (
    <p className="faint note">
      Tried <Time value={certificate.made} as="ago" />: {plural(certificate.leaks, 'leak')} in{' '}
      {formatCount(certificate.attempts - certificate.notProven)} attempts, {formatCount(certificate.notProven)} not proven.
    </p>
  );
}

export function TenantsPage() {
  const { view = 'tenants', minute } = route.useSearch();
  const tenants = useQuery(tenantsQuery);
  const usage = useQuery(usageQuery).data?.tenants;
  const rows = useMemo(() => {
    const byId = new Map(usage?.map((one) => [one.tenant.id, one]));
    return (tenants.data?.tenants ?? []).map((tenant) => ({ ...tenant, usage: byId.get(tenant.id) }));
  }, [tenants.data, usage]);
  const coverage = useQuery(coverageQuery);
  const problems = coverage.data?.tables.filter((table) => table.problems.length > 0).length;
  return (
    <Page
      title="Tenants"
      isFilled={view !== 'usage'}
      lead="Who uses the platform, and what keeps their rows apart."
      aside={
        problems !== undefined &&
        (problems === 0 ? (
          <Badge tone="good">{plural(coverage.data?.tables.length ?? 0, 'table')} isolated</Badge>
        ) : (
          <Badge tone="bad">{plural(problems, 'table')} not isolated</Badge>
        ))
      }
    >
      <Tabs
        label="Views"
        current={view}
        tabs={[
          { id: 'tenants', text: 'Tenants', ...(tenants.data && { count: tenants.data.tenants.length }) },
          { id: 'usage', text: 'Who slowed whom' },
          { id: 'flags', text: 'Flags' },
          { id: 'isolation', text: 'Isolation', ...(coverage.data && { count: coverage.data.tables.length }) },
        ]}
      />
      {view === 'usage' ? (
        <WhoSlowedWhom minute={minute} />
      ) : view === 'flags' ? (
        <Flags />
      ) : view === 'isolation' ? (
        <Answer query={coverage} lines={10}>
          {(data) => (
            <>
              <Certified />
              <DataTable
                label="protected tables"
                columns={coverageColumns}
                data={data.tables}
                sort="-problems"
                rowKey={(row) => `${row.tier}.${row.table}`}
              />
            </>
          )}
        </Answer>
      ) : (
        <Answer query={tenants} lines={10}>
          {() => <DataTable label="tenants" columns={tenantColumns} data={rows} sort="slug" rowKey={(row) => row.id} />}
        </Answer>
      )}
    </Page>
  );
}
