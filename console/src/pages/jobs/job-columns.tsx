import { Link } from '@tanstack/react-router';
import type { JobSummary } from '../../../../src/data/queue/index.ts';
import type { Json } from '../../api/json.ts';
import { columnsOf } from '../../parts/data-table.tsx';
import { formatDuration } from '../../parts/format.ts';
import { Identifier } from '../../parts/identifier.tsx';
import { Time } from '../../parts/time.tsx';
import { StateBadge } from './state-badge.tsx';

export type ShownSummary = Json<JobSummary>;
const column = columnsOf<ShownSummary>();
const msBetween = (from: string | null, to: string | null) => (from && to ? Date.parse(to) - Date.parse(from) : undefined);

/** A line per job; the first column leads to all that is known of it. */
export const jobColumns = column.columns([
  column.accessor('type', {
    header: 'Type',
    cell: ({ row: { original } }) => (
      <Link
        to="/jobs/$id"
        params={{ id: original.id }}
        search={((old: { tenant?: string }) => (old.tenant ? { tenant: old.tenant } : {})) as never}
        className="row-link mono cut"
      >
        {original.type}
      </Link>
    ),
  }),
  column.accessor('state', {
    header: 'State',
    meta: { width: 130 },
    cell: (cell) => <StateBadge state={cell.getValue()} />,
  }),
  column.accessor('queue', { header: 'Queue', meta: { width: 150 }, cell: (cell) => <span className="cut">{cell.getValue()}</span> }),
  column.accessor('band', { header: 'Band', meta: { width: 105 } }),
  column.accessor('queued', {
    header: 'Enqueued',
    sortDescFirst: true,
    meta: { width: 185 },
    cell: (cell) => <Time value={cell.getValue()} />,
  }),
  column.accessor((job) => job.nextDue ?? job.due, {
    id: 'due',
    header: 'Due',
    sortDescFirst: true,
    meta: { width: 115 },
    cell: (cell) => <Time value={cell.getValue()} as="ago" />,
  }),
  column.accessor((job) => msBetween(job.due, job.started), {
    id: 'waited',
    header: 'Waited',
    sortUndefined: 'last',
    sortDescFirst: true,
    meta: { width: 90, align: 'end' },
    cell: (cell) => formatDuration(cell.getValue() === undefined ? undefined : Math.max(0, cell.getValue() as number)),
  }),
  column.accessor((job) => msBetween(job.started, job.completed), {
    id: 'ran',
    header: 'Ran',
    sortUndefined: 'last',
    sortDescFirst: true,
    meta: { width: 90, align: 'end' },
    cell: (cell) => formatDuration(cell.getValue()),
  }),
  column.accessor('id', { header: 'Id', meta: { width: 160 }, cell: (cell) => <Identifier value={cell.getValue()} /> }),
]);
