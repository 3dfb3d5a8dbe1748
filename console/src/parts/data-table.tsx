import {
  type ColumnDef,
  columnFilteringFeature,
  createColumnHelper,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_includesString,
  globalFilteringFeature,
  metaHelper,
  type RowData,
  rowSortingFeature,
  type SortingState,
  sortFn_alphanumeric,
  sortFn_basic,
  sortFn_text,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef } from 'react';
import { plural } from './format.ts';
import { Icon } from './icon.tsx';
import { useListState } from './list-state.ts';
import { Empty } from './states.tsx';

interface ColumnMeta {
  /** Width in px; columns without one share what is left. */
  readonly width?: number;
  readonly align?: 'end';
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic, text: sortFn_text },
  columnFilteringFeature,
  globalFilteringFeature,
  filteredRowModel: createFilteredRowModel(),
  filterFns: { includesString: filterFn_includesString },
  columnMeta: metaHelper<ColumnMeta>(),
});

/** Makes the columns of a list of `T`. Define them at module level: new ones mean a new table. */
export function columnsOf<T extends RowData>() {
  return createColumnHelper<typeof features, T>();
}

interface Props<T extends RowData> {
  /** What is listed, for screen readers and the empty state: `tables`. */
  readonly label: string;
  // biome-ignore lint/suspicious/noExplicitAny: each column has a value type of its own
  readonly columns: readonly ColumnDef<typeof features, T, any>[];
  readonly data: readonly T[];
  /** Column and direction before anybody chooses: `-size`. */
  readonly sort: string;
  readonly rowKey: (row: T) => string;
  /** Controls beside the filter. */
  readonly tools?: ReactNode;
}

const rowPx = 36;
const minColumnPx = 150;

/**
 * A list that is filtered, sorted and virtualised; filter and order stand in the address. Only the rows in sight
 * are in the document, as rows of a real table between two spacers.
 */
export function DataTable<T extends RowData>({ label, columns, data, sort: defaultSort, rowKey, tools }: Props<T>) {
  const list = useListState();
  const sort = list.sort ?? defaultSort;
  const sorting = useMemo<SortingState>(() => [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }], [sort]);
  const table = useTable({
    features,
    columns: columns as ColumnDef<typeof features, T, unknown>[],
    data: data as T[],
    getRowId: rowKey,
    state: { sorting, globalFilter: list.q ?? '' },
    globalFilterFn: 'includesString',
    getColumnCanGlobalFilter: () => true,
    enableSortingRemoval: false,
    onSortingChange: (update) => {
      const [next] = typeof update === 'function' ? update(sorting) : update;
      if (next) list.set({ sort: `${next.desc ? '-' : ''}${next.id}` });
    },
  });

  const region = useRef<HTMLDivElement>(null);
  const rows = table.getRowModel().rows;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => region.current,
    estimateSize: () => rowPx,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  const metas = table.getAllLeafColumns().map((column) => column.columnDef.meta);

  return (
    <div className="list">
      <div className="list-tools">
        <label className="search">
          <Icon name="search" />
          <span className="hidden">Filter {label}</span>
          <input
            type="search"
            placeholder={`Filter ${label}`}
            value={list.q ?? ''}
            onChange={(event) => list.set({ q: event.target.value })}
          />
        </label>
        {tools}
        <output className="faint list-count">
          {rows.length === data.length ? plural(rows.length, 'row') : `${rows.length} of ${plural(data.length, 'row')}`}
        </output>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section ref={region} className="table-region" aria-label={label} tabIndex={0}>
        <table
          className="table"
          aria-rowcount={rows.length + 1}
          style={{ minWidth: metas.reduce((sum, meta) => sum + (meta?.width ?? minColumnPx), 0) }}
        >
          <colgroup>
            {metas.map((meta, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
              <col key={i} style={meta?.width === undefined ? undefined : { width: meta.width }} />
            ))}
          </colgroup>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => {
                  const direction = header.column.getIsSorted();
                  const canSort = header.column.getCanSort();
                  return (
                    <th
                      key={header.id}
                      scope="col"
                      data-align={header.column.columnDef.meta?.align}
                      aria-sort={direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : undefined}
                    >
                      {canSort ? (
                        <button type="button" className="sort" onClick={header.column.getToggleSortingHandler()}>
                          <table.FlexRender header={header} />
                          {direction && <Icon name={direction === 'asc' ? 'up' : 'down'} />}
                        </button>
                      ) : (
                        <table.FlexRender header={header} />
                      )}
                    </th>
                  );
                })}
              </tr>
            ))}
          </thead>
          <tbody>
            {above > 0 && <Spacer heightPx={above} columns={metas.length} />}
            {items.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              return (
                <tr key={row.id} aria-rowindex={item.index + 2}>
                  {row.getAllCells().map((cell) => (
                    <td key={cell.id} data-align={cell.column.columnDef.meta?.align}>
                      <table.FlexRender cell={cell} />
                    </td>
                  ))}
                </tr>
              );
            })}
            {below > 0 && <Spacer heightPx={below} columns={metas.length} />}
          </tbody>
        </table>
        {rows.length === 0 && <Empty title={data.length === 0 ? `No ${label} yet` : `Nothing among ${label} contains “${list.q}”`} />}
      </section>
    </div>
  );
}

/** Stands for the rows that are out of sight. */
function Spacer({ heightPx, columns }: { heightPx: number; columns: number }) {
  return (
    <tr className="spacer">
      <td colSpan={columns} style={{ height: heightPx }} />
    </tr>
  );
}
