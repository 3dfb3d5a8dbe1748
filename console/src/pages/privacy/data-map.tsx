import { useMemo } from 'react';
import type { MappedTable } from '../../../../src/trust/privacy/index.ts';
import type { Json } from '../../api/json.ts';
import { Badge, TierName, type Tone } from '../../parts/badge.tsx';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';
import { TableLink } from '../../parts/table-link.tsx';

export const levels = ['public', 'internal', 'confidential', 'restricted'] as const;
export type Level = (typeof levels)[number];
export const levelTones: Readonly<Record<Level, Tone>> = { public: 'plain', internal: 'plain', confidential: 'warn', restricted: 'bad' };

interface Row {
  readonly tier: string;
  readonly schema: string;
  readonly table: string;
  readonly level: Level | undefined;
  readonly counts: Readonly<Record<Level, number>>;
  readonly categories: string;
  readonly undecided: number;
}

function rowOf({ place, columns }: Json<MappedTable>): Row {
  const known = columns.flatMap(({ classification }) => classification ?? []);
  const counts = Object.fromEntries(levels.map((level) => [level, known.filter((one) => one.level === level).length])) as Record<
    Level,
    number
  >;
  const categories = [...new Set(known.flatMap(({ category }) => category ?? []))].sort().join(', ');
  const level = levels.findLast((one) => counts[one] > 0);
  return { ...place, level, counts, categories, undecided: known.filter(({ source }) => source === 'auto').length };
}

const column = columnsOf<Row>();
const counted = (level: Level) =>
  column.accessor((row) => row.counts[level], {
    id: level,
    header: level,
    sortDescFirst: true,
    meta: { width: 110, align: 'end' },
    cell: (cell) => cell.getValue() || '–',
  });
const columns = column.columns([
  column.accessor((row) => `${row.schema}.${row.table}`, {
    id: 'table',
    header: 'Table',
    meta: { width: 280 },
    cell: ({ row: { original } }) => <TableLink place={original} />,
  }),
  column.accessor('tier', { header: 'Tier', meta: { width: 100 }, cell: (cell) => <TierName tier={cell.getValue()} /> }),
  column.accessor((row) => (row.level === undefined ? -1 : levels.indexOf(row.level)), {
    id: 'level',
    header: 'Holds',
    sortDescFirst: true,
    meta: { width: 130 },
    cell: ({ row: { original } }) => original.level && <Badge tone={levelTones[original.level]}>{original.level}</Badge>,
  }),
  counted('restricted'),
  counted('confidential'),
  counted('internal'),
  column.accessor('categories', {
    header: 'Kinds of data',
    meta: { width: 280 },
    cell: (cell) => (
      <span className="cut" title={cell.getValue()}>
        {cell.getValue()}
      </span>
    ),
  }),
  column.accessor('undecided', {
    header: 'To confirm',
    sortDescFirst: true,
    meta: { width: 110, align: 'end' },
    cell: (cell) => cell.getValue() || '–',
  }),
]);

/** Tables by what they hold. */
export function DataMap({ tables }: { tables: readonly Json<MappedTable>[] }) {
  const rows = useMemo(() => tables.map(rowOf), [tables]);
  return (
    <DataTable label="tables" columns={columns} data={rows} sort="-level" rowKey={(row) => `${row.tier}.${row.schema}.${row.table}`} />
  );
}
