import { useQuery } from '@tanstack/react-query';
import { useLive } from '../../api/live.ts';
import { poolsQuery } from '../../api/queries.ts';
import type { Pool } from '../../api/types.ts';
import { Badge, TierName } from '../../parts/badge.tsx';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';
import { formatCount, formatMs } from '../../parts/format.ts';
import { LiveMark } from '../../parts/live-mark.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';

const column = columnsOf<Pool>();
const columns = column.columns([
  column.accessor((pool) => `${pool.tier} ${pool.priority}`, {
    id: 'pool',
    header: 'Pool',
    meta: { width: 190 },
    cell: ({ row: { original } }) => (
      <span className="pair">
        <TierName tier={original.tier} /> {original.priority}
      </span>
    ),
  }),
  column.accessor('login', { header: 'Login', meta: { width: 90 } }),
  column.accessor((pool) => pool.active / pool.max, {
    id: 'use',
    header: 'In use',
    sortDescFirst: true,
    meta: { width: 190 },
    cell: ({ row: { original } }) => (
      <span className="pair">
        <Meter value={original.active} max={original.max} />
        <span>
          {original.active} of {original.max}
        </span>
      </span>
    ),
  }),
  column.accessor('idle', {
    header: 'Idle',
    sortDescFirst: true,
    meta: { width: 80, align: 'end' },
    cell: (cell) => formatCount(cell.getValue()),
  }),
  column.accessor('waiting', {
    header: 'Waiting',
    sortDescFirst: true,
    meta: { width: 110, align: 'end' },
    cell: (cell) => (cell.getValue() === 0 ? '0' : <Badge tone="warn">{cell.getValue()}</Badge>),
  }),
  column.accessor((pool) => pool.holders.map((holder) => holder.tag).join(' '), {
    id: 'holders',
    header: 'Held by',
    meta: { width: 320 },
    cell: ({ row: { original } }) => {
      const text = original.holders.map((holder) => `${holder.tag} ${formatMs(holder.heldMs)}`).join(', ');
      return (
        <span className="mono soft cut" title={text}>
          {text}
        </span>
      );
    },
  }),
]);

export function PoolsPage() {
  const live = useLive(['/connect/pools']);
  const query = useQuery(poolsQuery);
  return (
    <Page title="Pools" isFilled lead="Connections of this process, apart by tier, priority and login." aside={<LiveMark state={live} />}>
      <Answer query={query} lines={10}>
        {(data) => (
          <DataTable
            label="pools"
            columns={columns}
            data={data.pools}
            sort="pool"
            rowKey={(pool) => `${pool.tier}.${pool.priority}.${pool.login}`}
          />
        )}
      </Answer>
    </Page>
  );
}
