import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import type { Classification, MappedTable } from '../../../../src/trust/privacy/index.ts';
import { request } from '../../api/client.ts';
import type { Json } from '../../api/json.ts';
import { dataMapQuery, sessionQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';
import { Problem } from '../../parts/states.tsx';
import { levels, levelTones } from './data-map.tsx';

type Found = Json<Classification>;

/** Findings of scans that nobody decided about; those of views stand at their tables. */
export function findingsOf(tables: readonly Json<MappedTable>[]): readonly Found[] {
  return tables.flatMap(({ columns }) =>
    columns.flatMap(({ classification, from }) => (classification?.source === 'auto' && from === undefined ? classification : [])),
  );
}

const keyOf = ({ place }: Found) => [place.tier, place.schema, place.table, place.column].join('.');

const column = columnsOf<Found>();
const columns = column.columns([
  column.accessor(({ place }) => `${place.schema}.${place.table}.${place.column}`, {
    id: 'column',
    header: 'Column',
    meta: { width: 300 },
    cell: (cell) => (
      <span className="mono cut" title={cell.getValue()}>
        {cell.getValue()}
      </span>
    ),
  }),
  column.accessor('level', {
    header: 'Level',
    meta: { width: 130 },
    cell: (cell) => <Badge tone={levelTones[cell.getValue()]}>{cell.getValue()}</Badge>,
  }),
  column.accessor((row) => row.category ?? '', { id: 'category', header: 'Kind', meta: { width: 130 } }),
  column.accessor('confidence', {
    header: 'Sure',
    sortDescFirst: true,
    meta: { width: 80, align: 'end' },
    cell: (cell) => `${Math.round(cell.getValue() * 100)} %`,
  }),
  column.accessor('reason', {
    header: 'Why',
    meta: { width: 340 },
    cell: (cell) => (
      <span className="soft cut" title={cell.getValue()}>
        {cell.getValue()}
      </span>
    ),
  }),
  column.display({ id: 'decide', header: 'Decide', meta: { width: 260 }, cell: ({ row: { original } }) => <Decide found={original} /> }),
]);

const useChange = <T,>(send: (given: T) => Promise<unknown>) => {
  const client = useQueryClient();
  return useMutation({ mutationFn: send, onSuccess: () => client.invalidateQueries({ queryKey: dataMapQuery.queryKey }) });
};
const confirm = (findings: readonly Found[]) =>
  request('/privacy/confirmations', { method: 'POST', body: { places: findings.map(({ place }) => place) } });

function Decide({ found }: { found: Found }) {
  const mayDecide = useMayDecide();
  const confirmOne = useChange(() => confirm([found]));
  const decide = useChange((level: string) =>
    request('/privacy/decisions', {
      method: 'POST',
      body: { place: found.place, level, reason: `was found as ${found.level}: ${found.reason}` },
    }),
  );
  const error = confirmOne.error ?? decide.error;
  if (!mayDecide) return <span className="faint">an operator decides</span>;
  if (error) return <span title={error.message}>refused: {error.message}</span>;
  const isPending = confirmOne.isPending || decide.isPending;
  const name = `${found.place.table}.${found.place.column}`;
  return (
    <span className="row-actions">
      <button
        type="button"
        className="button"
        disabled={isPending}
        aria-label={`Confirm ${name}`}
        onClick={() => confirmOne.mutate(undefined)}
      >
        Confirm
      </button>{' '}
      <select
        aria-label={`Another level for ${name}`}
        value=""
        disabled={isPending}
        onChange={(event) => decide.mutate(event.target.value)}
      >
        <option value="" disabled>
          rather …
        </option>
        {levels
          .filter((level) => level !== found.level)
          .map((level) => (
            <option key={level}>{level}</option>
          ))}
      </select>
    </span>
  );
}

function useMayDecide(): boolean {
  const role = useQuery(sessionQuery).data?.account?.role;
  return role === 'operator' || role === 'admin';
}

/** What scans found, to be confirmed or put right: each becomes a decision that no scan changes. */
export function Findings({ findings, tools }: { findings: readonly Found[]; tools: ReactNode }) {
  const mayDecide = useMayDecide();
  const certain = useMemo(() => findings.filter(({ confidence }) => confidence >= 0.9), [findings]);
  const confirmAll = useChange(() => confirm(certain));
  return (
    <>
      {confirmAll.error && <Problem error={confirmAll.error} />}
      <DataTable
        label="findings"
        columns={columns}
        data={findings}
        sort="-confidence"
        rowKey={keyOf}
        tools={
          <>
            {tools}
            {mayDecide && certain.length > 0 && (
              <button type="button" className="button" disabled={confirmAll.isPending} onClick={() => confirmAll.mutate(undefined)}>
                Confirm the {certain.length} above 90 %
              </button>
            )}
          </>
        }
      />
    </>
  );
}
