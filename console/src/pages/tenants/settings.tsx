import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '../../api/queries.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

/** What the tenant has set apart from the defaults, its limits among them. */
export function Settings({ tenant }: { tenant: string }) {
  const query = useQuery(settingsQuery(tenant));
  return (
    <Panel title="Settings and limits" note="Changed with plinth tenancy settings set">
      <Answer query={query} lines={2}>
        {({ settings }) => (
          <PlainTable label="Settings and limits" heads={['Setting', 'Value', 'From', 'Meaning']}>
            {settings.map((setting) => (
              <tr key={setting.key}>
                <td className="mono">{setting.key}</td>
                <td className="mono">
                  {setting.value === undefined ? <span className="faint">none</span> : JSON.stringify(setting.value)}
                </td>
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
        )}
      </Answer>
    </Panel>
  );
}
