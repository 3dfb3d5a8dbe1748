import { useMemo } from 'react';
import type { Matrix } from '../../../../src/trust/access/index.ts';
import type { Json } from '../../api/json.ts';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';

type Row = Json<Matrix>['objects'][number];

const column = columnsOf<Row>();
const letters: Readonly<Record<string, string>> = {
  select: 's',
  insert: 'i',
  update: 'u',
  delete: 'd',
  truncate: 't',
  references: 'r',
  trigger: 'g',
  maintain: 'm',
};

/** Tables against roles; a cell holds the first letters of what is allowed. Roles that reach no table at all have no column. */
export function MatrixTable({ matrix }: { matrix: Json<Matrix> }) {
  const columns = useMemo(() => {
    const roles = matrix.roles.filter((role) => matrix.objects.some(({ verbs }) => verbs[role]));
    return column.columns([
      column.accessor((row) => `${row.schema}.${row.name}`, {
        id: 'table',
        header: 'Table',
        meta: { width: 260 },
        cell: (cell) => <span className="mono cut">{cell.getValue()}</span>,
      }),
      column.accessor('database', { header: 'Database', meta: { width: 100 } }),
      column.accessor('kind', { header: 'Kind', meta: { width: 110 } }),
      ...roles.map((role) =>
        column.accessor((row) => (row.verbs[role] ?? []).map((verb) => letters[verb]).join(''), {
          id: role,
          header: role.replace(/^plinth_/, ''),
          meta: { width: 110 },
          cell: ({ row: { original }, getValue }) => (
            <span className="mono" title={(original.verbs[role] ?? []).join(', ')}>
              {getValue() || <span className="faint">–</span>}
            </span>
          ),
        }),
      ),
    ]);
  }, [matrix]);
  return (
    <>
      <p className="faint">
        {Object.entries(letters)
          .map(([verb, letter]) => `${letter} ${verb}`)
          .join(' · ')}
        . Row security narrows further what is granted here.
      </p>
      <DataTable
        label="tables"
        columns={columns}
        data={matrix.objects}
        sort="table"
        rowKey={(row) => `${row.database}.${row.schema}.${row.name}`}
      />
    </>
  );
}
