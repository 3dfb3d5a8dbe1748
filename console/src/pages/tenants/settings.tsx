import { useQuery } from '@tanstack/react-query';
import { policiesQuery, settingsQuery } from '../../api/queries.ts';
import type { Setting } from '../../api/types.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

/** What the operator decided about the tenant: its limits, how long its rows are kept. */
export function Policies({ tenant }: { tenant: string }) {
  const query = useQuery(policiesQuery(tenant));
  return (
    <Panel title="Limits and policies" note="Changed with plinth tenancy policy set">
      <Answer query={query} lines={2}>
        {({ policies }) => <Values label="Limits and policies" of={policies} />}
      </Answer>
    </Panel>
  );
}

/** What the tenant has set apart from the defaults. */
export function Settings({ tenant }: { tenant: string }) {
  const query = useQuery(settingsQuery(tenant));
  return (
    <Panel title="Settings" note="Changed with plinth tenancy settings set">
      <Answer query={query} lines={2}>
        {({ settings }) => (settings.length === 0 ? <Empty title="Nothing can be set" /> : <Values label="Settings" of={settings} />)}
      </Answer>
    </Panel>
  );
}

function Values({ label, of }: { label: string; of: readonly Setting[] }) {
  return (
    <PlainTable label={label} heads={['Name', 'Value', 'From', 'Meaning']}>
      {of.map((setting) => (
        <tr key={setting.key}>
          <td className="mono">{setting.key}</td>
          <td className="mono">{setting.value === undefined ? <span className="faint">none</span> : JSON.stringify(setting.value)}</td>
          <td>
            {setting.isDefault ? (
              <span className="faint">default</span>
            ) : (
              <>
                {setting.changedBy}, <Time value={setting.changed} as="ago" />
              </>
            )}
          </td>
          <td className="soft wrap">{setting.meaning}</td>
        </tr>
      ))}
    </PlainTable>
  );
}
