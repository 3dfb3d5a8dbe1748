import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { tableQuery } from '../../api/queries.ts';
import type { TableDescription } from '../../api/types.ts';
import { Badge, TierName } from '../../parts/badge.tsx';
import { formatBytes, formatCount, plural, unknown } from '../../parts/format.ts';
import { Glass } from '../../parts/glass.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useTenant } from '../../parts/tenant-choice.tsx';

const route = getRouteApi('/shell/tables/$tier/$schema/$table');

export function TablePage() {
  const { tier, schema, table } = route.useParams();
  const { view = 'columns' } = route.useSearch();
  const query = useQuery({ ...tableQuery(tier, schema, table, undefined), placeholderData: keepPreviousData });
  return (
    <Page
      title={`${schema}.${table}`}
      isFilled
      lead={
        <>
          <Link to="/tables" search={{}}>
            <Icon name="left" /> Tables
          </Link>{' '}
          <TierName tier={tier} /> {query.data?.comment}
        </>
      }
      aside={query.data && <Protection table={query.data} />}
    >
      <Answer query={query} lines={10}>
        {(data) => (
          <>
            <Tabs
              label="Views of the table"
              current={view}
              tabs={[
                { id: 'columns', text: 'Columns', count: data.columns.length },
                { id: 'rows', text: 'Rows' },
                { id: 'indexes', text: 'Indexes', count: data.indexes.length },
                { id: 'constraints', text: 'Constraints', count: data.constraints.length },
                { id: 'policies', text: 'Policies', count: data.policies.length },
              ]}
            />
            <View table={data} view={view} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Protection({ table }: { table: TableDescription }) {
  if (!table.hasTenants) return <Badge>rows of the platform</Badge>;
  if (table.isRowSecurityEnabled && table.isRowSecurityForced) return <Badge tone="good">row security forced</Badge>;
  return <Badge tone="bad">{table.isRowSecurityEnabled ? 'row security not forced' : 'no row security'}</Badge>;
}

function View({ table, view }: { table: TableDescription; view: string }) {
  switch (view) {
    case 'rows':
      return table.hasTenants ? <TenantRows /> : <Rows table={table} />;
    case 'indexes':
      return <Indexes table={table} />;
    case 'constraints':
      return <Constraints table={table} />;
    case 'policies':
      return <Policies table={table} />;
    default:
      return <Columns table={table} />;
  }
}

function Columns({ table }: { table: TableDescription }) {
  return (
    <PlainTable label="Columns" heads={['Column', 'Type', 'Null', 'Default', 'Meaning']}>
      {table.columns.map((column) => (
        <tr key={column.name}>
          <td className="mono">{column.name}</td>
          <td className="mono soft">{column.type}</td>
          <td>{column.isNullable ? 'allowed' : <span className="faint">no</span>}</td>
          <td className="mono soft">{column.default ?? unknown}</td>
          <td className="soft wrap">{column.comment}</td>
        </tr>
      ))}
    </PlainTable>
  );
}

/** Rows of a tenant are shown for a reason only. */
function TenantRows() {
  const tenant = useTenant();
  return tenant === undefined ? (
    <Empty title="No rows to show">Choose a tenant to see its rows.</Empty>
  ) : (
    <Glass tenant={tenant}>
      <RowsOf tenant={tenant} />
    </Glass>
  );
}

function RowsOf({ tenant }: { tenant: string }) {
  const { tier, schema, table } = route.useParams();
  const query = useQuery(tableQuery(tier, schema, table, tenant));
  return <Answer query={query}>{(data) => <Rows table={data} />}</Answer>;
}

function Rows({ table }: { table: TableDescription }) {
  if (table.rows === null) return <Empty title="No rows to show">{table.rowsNote}</Empty>;
  if (table.rows.length === 0)
    return <Empty title="No rows">{table.hasTenants ? 'This tenant has none here.' : 'The table is empty.'}</Empty>;
  return (
    <>
      <p className="faint note">
        {table.rows.length === 100 ? 'The first 100 rows' : plural(table.rows.length, 'row')}, read as the application role; long values are
        cut.
      </p>
      <PlainTable label="Rows" heads={table.columns.map(({ name, type }) => (numbers.test(type) ? { text: name, align: 'end' } : name))}>
        {table.rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of any table, in the order they came
          <tr key={i}>
            {row.map((cell, k) => (
              <Cell key={table.columns[k]?.name} text={cell} type={table.columns[k]?.type ?? ''} />
            ))}
          </tr>
        ))}
      </PlainTable>
    </>
  );
}

const numbers = /^(smallint|integer|bigint|numeric|real|double precision)/;

function Cell({ text, type }: { text: string | null; type: string }) {
  const isNumber = numbers.test(type);
  const shown = type === 'uuid' && text ? `${text.slice(0, 8)}…${text.slice(-4)}` : text;
  return (
    <td className="mono cell cut" title={text ?? undefined} data-align={isNumber ? 'end' : undefined}>
      {shown ?? <span className="faint">null</span>}
    </td>
  );
}

function Indexes({ table }: { table: TableDescription }) {
  if (table.indexes.length === 0) return <Empty title="No index">Every query reads the whole table.</Empty>;
  return (
    <PlainTable label="Indexes" heads={['Index', 'Kind', { text: 'Size', align: 'end' }, { text: 'Scans', align: 'end' }, 'Definition']}>
      {table.indexes.map((index) => (
        <tr key={index.name}>
          <td className="mono">{index.name}</td>
          <td>
            {index.isPrimary ? <Badge>primary key</Badge> : index.isUnique ? <Badge>unique</Badge> : null}
            {!index.isValid && <Badge tone="bad">invalid</Badge>}
          </td>
          <td data-align="end">{formatBytes(index.sizeBytes)}</td>
          <td data-align="end">{formatCount(index.scans)}</td>
          <td className="mono soft wrap">{index.definition.replace(/^CREATE (UNIQUE )?INDEX \S+ ON (ONLY )?\S+ /, '')}</td>
        </tr>
      ))}
    </PlainTable>
  );
}

const kinds: Readonly<Record<string, string>> = { p: 'primary key', u: 'unique', f: 'foreign key', c: 'check', x: 'exclusion' };

function Constraints({ table }: { table: TableDescription }) {
  if (table.constraints.length === 0) return <Empty title="No constraint" />;
  return (
    <PlainTable label="Constraints" heads={['Constraint', 'Kind', 'Definition']}>
      {table.constraints.map((constraint) => (
        <tr key={constraint.name}>
          <td className="mono">{constraint.name}</td>
          <td>
            <Badge>{kinds[constraint.kind] ?? constraint.kind}</Badge>
            {!constraint.isValidated && <Badge tone="warn">not validated</Badge>}
          </td>
          <td className="mono soft wrap">{constraint.definition}</td>
        </tr>
      ))}
    </PlainTable>
  );
}

const verbs: Readonly<Record<string, string>> = { r: 'select', a: 'insert', w: 'update', d: 'delete', '*': 'all' };

function Policies({ table }: { table: TableDescription }) {
  if (table.policies.length === 0)
    return <Empty title="No row-security policy">{table.hasTenants && 'Protect it with select tenancy.protect(…).'}</Empty>;
  return (
    <PlainTable label="Policies" heads={['Policy', 'For', 'Rows that can be seen', 'Rows that may be written']}>
      {table.policies.map((policy) => (
        <tr key={policy.name}>
          <td className="mono">{policy.name}</td>
          <td>{verbs[policy.verb] ?? policy.verb}</td>
          <td className="mono soft wrap">{policy.using ?? unknown}</td>
          <td className="mono soft wrap">{policy.check ?? unknown}</td>
        </tr>
      ))}
    </PlainTable>
  );
}
