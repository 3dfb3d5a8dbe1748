import { useQuery } from '@tanstack/react-query';
import type { RunRecord } from '../../../../src/foundation/migrate/index.ts';
import type { Json } from '../../api/json.ts';
import { runsQuery } from '../../api/queries.ts';
import { Badge, TierName, type Tone } from '../../parts/badge.tsx';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';
import { formatMs } from '../../parts/format.ts';
import { Answer } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Deployments } from './deployments.tsx';

const tones: Readonly<Record<RunRecord['outcome'], Tone>> = { completed: 'good', failed: 'bad', killed: 'bad', running: 'warn' };

const column = columnsOf<Json<RunRecord>>();
const columns = column.columns([
  column.accessor('started', {
    header: 'Started',
    sortDescFirst: true,
    meta: { width: 200 },
    cell: (cell) => <Time value={cell.getValue()} />,
  }),
  column.accessor('command', { header: 'Command', meta: { width: 100 } }),
  column.accessor('tier', { header: 'Tier', meta: { width: 100 }, cell: (cell) => <TierName tier={cell.getValue()} /> }),
  column.accessor('outcome', {
    header: 'Outcome',
    meta: { width: 130 },
    cell: (cell) => <Badge tone={tones[cell.getValue()]}>{cell.getValue()}</Badge>,
  }),
  column.accessor('durationMs', {
    header: 'Took',
    sortUndefined: 'last',
    sortDescFirst: true,
    meta: { width: 90, align: 'end' },
    cell: (cell) => formatMs(cell.getValue()),
  }),
  column.accessor((run) => `${run.actor}@${run.host}`, {
    id: 'by',
    header: 'By',
    meta: { width: 180 },
    cell: (cell) => <span className="cut">{cell.getValue()}</span>,
  }),
  column.accessor((run) => run.migrations.join(', '), {
    id: 'migrations',
    header: 'Migrations',
    meta: { width: 360 },
    cell: (cell) => (
      <span className="mono cut" title={cell.getValue()}>
        {cell.getValue()}
      </span>
    ),
  }),
]);

/** What the runs of the last weeks say together, and the latest of them in all databases. */
export function History() {
  const query = useQuery(runsQuery);
  return (
    <>
      <Deployments />
      <Answer query={query} lines={10}>
        {({ runs }) => <DataTable label="runs" columns={columns} data={runs} sort="-started" rowKey={(run) => `${run.tier}:${run.id}`} />}
      </Answer>
    </>
  );
}
