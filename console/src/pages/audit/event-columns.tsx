import { Link } from '@tanstack/react-router';
import type { TrailEvent } from '../../../../src/trust/audit/index.ts';
import type { Json } from '../../api/json.ts';
import { Badge, TierName, type Tone } from '../../parts/badge.tsx';
import { columnsOf } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format.ts';
import { Time } from '../../parts/time.tsx';

export type ShownEvent = Json<TrailEvent>;

const levelTones: Readonly<Record<string, Tone>> = { confidential: 'warn', restricted: 'bad' };

export function LevelBadge({ level }: { level: string | null }) {
  return level === null ? <span className="faint">–</span> : <Badge tone={levelTones[level] ?? 'plain'}>{level}</Badge>;
}

const column = columnsOf<ShownEvent>();

/** A line per event; the first column leads to all that is known of it. */
export const eventColumns = column.columns([
  column.accessor('created', {
    header: 'When',
    sortDescFirst: true,
    meta: { width: 190 },
    cell: ({ row: { original } }) => (
      <Link to="/audit" search={((old: object) => ({ ...old, event: original.id })) as never} className="row-link cut">
        <Time value={original.created} />
      </Link>
    ),
  }),
  column.accessor((event) => event.user ?? event.databaseUser, {
    id: 'who',
    header: 'Who',
    meta: { width: 200 },
    cell: ({ row: { original } }) => (
      <span className="cut" title={original.applicationName}>
        {original.user ?? <code>{original.databaseUser}</code>}
      </span>
    ),
  }),
  column.accessor('action', {
    header: 'What',
    meta: { width: 200 },
    cell: ({ row: { original } }) => (
      <span className="cut">
        <code>{original.action}</code> {!original.isSuccess && <Badge tone="bad">refused</Badge>}
      </span>
    ),
  }),
  column.accessor((event) => event.targetId ?? '', {
    id: 'target',
    header: 'On what',
    cell: (cell) => <code className="cut">{cell.getValue()}</code>,
  }),
  column.accessor((event) => event.rowCount ?? undefined, {
    id: 'rows',
    header: 'Rows',
    sortUndefined: 'last',
    sortDescFirst: true,
    meta: { width: 80, align: 'end' },
    cell: (cell) => formatCount(cell.getValue()),
  }),
  column.accessor((event) => event.tenant ?? '', { id: 'tenant', header: 'Tenant', meta: { width: 140 } }),
  column.accessor((event) => event.classification ?? '', {
    id: 'level',
    header: 'Data',
    meta: { width: 130 },
    cell: ({ row: { original } }) => <LevelBadge level={original.classification} />,
  }),
  column.accessor((event) => event.purpose ?? '', { id: 'why', header: 'Why', meta: { width: 180 } }),
  column.accessor('tier', { header: 'Tier', meta: { width: 90 }, cell: (cell) => <TierName tier={cell.getValue()} /> }),
]);
