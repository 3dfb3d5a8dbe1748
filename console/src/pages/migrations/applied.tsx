import { useQuery } from '@tanstack/react-query';
import { migrationsQuery } from '../../api/queries.ts';
import type { Migration } from '../../api/types.ts';
import { Badge, TierName } from '../../parts/badge.tsx';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';
import { formatMs } from '../../parts/format.ts';
import { Answer } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { migrationTone } from './migration-tone.ts';

const column = columnsOf<Migration>();
const columns = column.columns([
  column.accessor('id', {
    header: 'Migration',
    meta: { width: 340 },
    cell: (cell) => (
      <span className="mono cut" title={cell.getValue()}>
        {cell.getValue()}
      </span>
    ),
  }),
  column.accessor('tier', { header: 'Tier', meta: { width: 100 }, cell: (cell) => <TierName tier={cell.getValue()} /> }),
  column.accessor('state', {
    header: 'State',
    meta: { width: 140 },
    cell: (cell) => <Badge tone={migrationTone(cell.getValue())}>{cell.getValue().replace('_', ' ')}</Badge>,
  }),
  column.accessor('applied', {
    header: 'Applied',
    sortUndefined: 'first',
    sortDescFirst: true,
    meta: { width: 190 },
    cell: ({ row: { original } }) =>
      original.applied ? (
        <Time value={original.applied} />
      ) : (
        // When repeatable objects were applied is not kept with them.
        <span className="faint">{original.state === 'applied' ? '–' : 'not yet'}</span>
      ),
  }),
  column.accessor('durationMs', {
    id: 'took',
    header: 'Took',
    sortUndefined: 'last',
    sortDescFirst: true,
    meta: { width: 90, align: 'end' },
    cell: (cell) => formatMs(cell.getValue()),
  }),
  column.accessor('checksum', {
    header: 'Checksum',
    meta: { width: 130 },
    cell: (cell) => <code className="faint">{cell.getValue().slice(0, 12)}</code>,
  }),
  column.accessor((row) => row.error ?? '', {
    id: 'error',
    header: 'Error',
    meta: { width: 220 },
    cell: (cell) => (
      <span className="cut" title={cell.getValue()}>
        {cell.getValue()}
      </span>
    ),
  }),
]);

/** Everything the runner knows of, with its state. */
export function Applied() {
  const query = useQuery(migrationsQuery);
  return (
    <Answer query={query} lines={10}>
      {(data) => (
        <DataTable label="migrations" columns={columns} data={data.migrations} sort="-applied" rowKey={(row) => `${row.tier}:${row.id}`} />
      )}
    </Answer>
  );
}
