import type { RoleStatus } from '../../../../src/trust/access/index.ts';
import type { Json } from '../../api/json.ts';
import { Badge } from '../../parts/badge.tsx';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';
import { plural } from '../../parts/format.ts';

type Row = Json<RoleStatus>;

const dayMs = 86_400_000;
const column = columnsOf<Row>();
const columns = column.columns([
  column.accessor('name', { header: 'Role', meta: { width: 200 }, cell: (cell) => <span className="mono cut">{cell.getValue()}</span> }),
  column.accessor('kind', { header: 'Kind', meta: { width: 100 } }),
  column.accessor((row) => (row.exists ? (row.canLogin ? 'logs in' : 'no login') : 'missing'), {
    id: 'state',
    header: 'State',
    meta: { width: 110 },
    cell: (cell) => (cell.getValue() === 'missing' ? <Badge tone="warn">missing</Badge> : cell.getValue()),
  }),
  column.accessor((row) => daysLeft(row) ?? undefined, {
    id: 'days',
    header: 'Password',
    sortUndefined: 'last',
    meta: { width: 150 },
    cell: ({ row: { original } }) => <Password role={original} />,
  }),
  column.accessor('connectionLimit', {
    header: 'Connections',
    sortDescFirst: true,
    meta: { width: 120, align: 'end' },
    cell: (cell) => (cell.getValue() < 0 ? 'any' : cell.getValue()),
  }),
  column.accessor('server', {
    header: 'Server',
    meta: { width: 180 },
    cell: (cell) => <span className="soft cut">{cell.getValue()}</span>,
  }),
  column.accessor('purpose', {
    header: 'Purpose',
    meta: { width: 360 },
    cell: (cell) => (
      <span className="cut" title={cell.getValue()}>
        {cell.getValue()}
      </span>
    ),
  }),
]);

/** The roles of the model, with the days their passwords have left. */
export function Roles({ roles }: { roles: readonly Row[] }) {
  return <DataTable label="roles" columns={columns} data={roles} sort="name" rowKey={(row) => `${row.server} ${row.name}`} />;
}

function Password({ role }: { role: Row }) {
  if (!role.exists || !role.canLogin) return null;
  if (role.isClosed) return <span className="soft">none yet</span>;
  const days = daysLeft(role);
  if (days === null) return <Badge tone="warn">no end</Badge>;
  if (days <= 0) return <Badge tone="bad">ended</Badge>;
  return <Badge tone={days <= 7 ? 'warn' : 'good'}>{plural(days, 'day')} left</Badge>;
}

const daysLeft = ({ expires }: Row) => (expires === null ? null : Math.ceil((Date.parse(expires) - Date.now()) / dayMs));
