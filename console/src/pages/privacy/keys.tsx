import { useQuery } from '@tanstack/react-query';
import type { KeyVersion } from '../../../../src/trust/crypto/index.ts';
import type { Json } from '../../api/json.ts';
import { keysQuery } from '../../api/queries.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { columnsOf, DataTable } from '../../parts/data-table.tsx';
import { Identifier } from '../../parts/identifier.tsx';
import { Answer } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

type Key = Json<KeyVersion>;

const tones: Readonly<Record<Key['state'], Tone>> = { active: 'good', retiring: 'warn', destroyed: 'plain' };

const column = columnsOf<Key>();
const columns = column.columns([
  column.accessor('tenantId', { header: 'Tenant', meta: { width: 180 }, cell: (cell) => <Identifier value={cell.getValue()} /> }),
  column.accessor('purpose', { header: 'Purpose', meta: { width: 180 } }),
  column.accessor('version', { header: 'Version', meta: { width: 90, align: 'end' } }),
  column.accessor('state', {
    header: 'State',
    meta: { width: 120 },
    cell: (cell) => <Badge tone={tones[cell.getValue()]}>{cell.getValue()}</Badge>,
  }),
  column.accessor((row) => row.masterKey ?? '', {
    id: 'masterKey',
    header: 'Wrapped by',
    meta: { width: 160 },
    cell: (cell) => <span className="mono cut">{cell.getValue()}</span>,
  }),
  column.accessor('created', {
    header: 'Created',
    sortDescFirst: true,
    meta: { width: 190 },
    cell: (cell) => <Time value={cell.getValue()} />,
  }),
  column.accessor((row) => row.rotated ?? '', {
    id: 'rotated',
    header: 'Rotated',
    meta: { width: 190 },
    cell: ({ row: { original } }) => <Time value={original.rotated} />,
  }),
  column.accessor((row) => row.destroyed ?? '', {
    id: 'destroyed',
    header: 'Destroyed',
    meta: { width: 190 },
    cell: ({ row: { original } }) => <Time value={original.destroyed} />,
  }),
]);

/** The versions of the keys that encrypt columns; never a key. */
export function Keys() {
  const query = useQuery(keysQuery);
  return (
    <Answer query={query} lines={8}>
      {({ keys }) => (
        <DataTable
          label="keys"
          columns={columns}
          data={keys}
          sort="-created"
          rowKey={(row) => `${row.tenantId} ${row.purpose} ${row.version}`}
        />
      )}
    </Answer>
  );
}
