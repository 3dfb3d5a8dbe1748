import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { RowHistory as History } from '../../../../src/trust/audit/index.ts';
import type { Json } from '../../api/json.ts';
import { rowHistoryQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useTenant, useTenants } from '../../parts/tenant-choice.tsx';
import { Time } from '../../parts/time.tsx';
import { AskFor } from './ask-for.tsx';

const route = getRouteApi('/shell/audit');
type Version = Json<History>['versions'][number];

/** Every version of one row, newest first, each with what it changed. */
export function RowHistory() {
  const { tier, table, key } = route.useSearch();
  return (
    <>
      <AskFor
        label="Which row"
        action="Show"
        fields={[
          { name: 'table', text: 'Table', placeholder: 'schema.table', value: table },
          { name: 'key', text: 'Key', placeholder: 'a uuid, a number …', value: key },
          { name: 'tier', text: 'Tier', placeholder: 'only if several have it', value: tier },
        ]}
      />
      {table === undefined || key === undefined ? (
        <Empty title="Which row?">
          Give a tracked table and the key of a row; <code>plinth audit track schema.table</code> begins to track one.
        </Empty>
      ) : (
        <Versions tier={tier} table={table} rowKey={key} />
      )}
    </>
  );
}

function Versions({ tier, table, rowKey }: { tier: string | undefined; table: string; rowKey: string }) {
  const tenant = useTenant();
  const tenantId = useTenants().find(({ slug }) => slug === tenant)?.id;
  const query = useQuery(rowHistoryQuery(table, valuesOf(rowKey), { tier, tenantId }));
  return (
    <Answer query={query} lines={8}>
      {({ versions, unseen }) =>
        versions.length === 0 ? (
          <Empty title="Nothing of this row is on record" />
        ) : (
          <div className="panels">
            {unseen.length > 0 && (
              <Panel title="Changed unseen" aside={<Badge tone="bad">not as the trail left it</Badge>}>
                <p className="audit-evidence">Differs from what the last change left: {unseen.join(', ')}</p>
              </Panel>
            )}
            {versions
              .map((version, index) => <One key={version.eventId ?? 'first'} version={version} before={versions[index - 1]} />)
              .reverse()}
          </div>
        )
      }
    </Answer>
  );
}

/** A key of several columns stands in events as a JSON array. */
function valuesOf(key: string): readonly string[] {
  if (!key.startsWith('[')) return [key];
  try {
    const values: unknown = JSON.parse(key);
    return Array.isArray(values) ? values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))) : [key];
  } catch {
    return [key];
  }
}

const shown = (value: unknown) =>
  value === null || value === undefined ? 'null' : typeof value === 'string' ? value : JSON.stringify(value);

function One({ version, before }: { version: Version; before: Version | undefined }) {
  const { action, created, userId, databaseUser, row, changed, unseen } = version;
  const names = action === undefined ? Object.keys(row ?? {}) : changed;
  return (
    <Panel
      title={action ?? 'When tracking began'}
      note={
        created && (
          <>
            <Time value={created} /> by {userId ?? databaseUser}
          </>
        )
      }
      aside={
        unseen.length > 0 ? (
          <Badge tone="bad">{plural(unseen.length, 'column')} changed unseen before</Badge>
        ) : (
          row === undefined && <Badge tone="warn">gone</Badge>
        )
      }
    >
      <dl className="audit-change">
        {names.map((name) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              {before?.row && name in before.row && (
                <>
                  <del>
                    <span className="hidden">was </span>
                    {shown(before.row[name])}
                  </del>{' '}
                </>
              )}
              {row && (
                <ins>
                  <span className="hidden">is </span>
                  {shown(row[name])}
                </ins>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
