import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { tablesQuery } from '../../api/queries.ts';
import { type ListedTable, tiers } from '../../api/types.ts';
import { Badge, TierName } from '../../parts/badge.tsx';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';
import { formatBytes, formatCompact, plural } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { TableLink } from '../../parts/table-link.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Partitions } from './partitions.tsx';

const route = getRouteApi('/shell/tables');
const column = columnsOf<ListedTable>();
const columns = column.columns([
  column.accessor((row) => `${row.schema}.${row.table}`, {
    id: 'name',
    header: 'Table',
    meta: { width: 300 },
    cell: ({ row: { original } }) => <TableLink place={original} />,
  }),
  column.accessor('tier', { header: 'Tier', meta: { width: 100 }, cell: (cell) => <TierName tier={cell.getValue()} /> }),
  column.accessor((row) => row.rowEstimate ?? undefined, {
    id: 'rows',
    header: 'Rows, about',
    sortUndefined: 'last',
    sortDescFirst: true,
    meta: { width: 120, align: 'end' },
    cell: (cell) => formatCompact(cell.getValue()),
  }),
  column.accessor('sizeBytes', {
    id: 'size',
    header: 'Size',
    sortDescFirst: true,
    meta: { width: 100, align: 'end' },
    cell: (cell) => formatBytes(cell.getValue()),
  }),
  column.accessor((row) => (row.hasTenants ? 'tenants' : 'platform'), {
    id: 'rowsOf',
    header: 'Rows of',
    meta: { width: 110 },
    cell: (cell) => <Badge>{cell.getValue()}</Badge>,
  }),
  column.accessor((row) => row.comment ?? '', {
    id: 'comment',
    header: 'Meaning',
    meta: { width: 320 },
    cell: (cell) => (
      <span className="soft cut" title={cell.getValue()}>
        {cell.getValue()}
      </span>
    ),
  }),
]);

export function TablesPage() {
  const query = useQuery(tablesQuery);
  const { tier, view = 'tables' } = route.useSearch();
  const navigate = useNavigate();
  const tables = query.data?.tables;
  const shown = useMemo(() => tables?.filter((table) => tier === undefined || table.tier === tier) ?? [], [tables, tier]);
  return (
    <Page
      title="Tables"
      isFilled
      lead={
        tables && `${plural(tables.length, 'table')}, ${formatBytes(tables.reduce((sum, table) => sum + table.sizeBytes, 0))} with indexes`
      }
    >
      <Tabs
        label="Views of tables"
        current={view}
        tabs={[
          { id: 'tables', text: 'Tables' },
          { id: 'partitions', text: 'Partitions' },
        ]}
      />
      {view === 'partitions' ? (
        <Partitions />
      ) : (
        <Answer query={query} lines={12}>
          {() => (
            <DataTable
              label="tables"
              columns={columns}
              data={shown}
              sort="-size"
              rowKey={(table) => `${table.tier}.${table.schema}.${table.table}`}
              tools={
                <label className="choice">
                  <span className="choice-label">Tier</span>
                  <select
                    value={tier ?? ''}
                    onChange={(event) =>
                      void navigate({
                        to: '.',
                        search: ((old: object) => ({ ...old, tier: event.target.value || undefined })) as never,
                        replace: true,
                      })
                    }
                  >
                    <option value="">all</option>
                    {tiers.map((name) => (
                      <option key={name}>{name}</option>
                    ))}
                  </select>
                </label>
              }
            />
          )}
        </Answer>
      )}
    </Page>
  );
}
