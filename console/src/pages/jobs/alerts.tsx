import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlertEntry } from '../../../../src/data/queue/index.ts';
import { alertsQuery } from '../../api/job-queries.ts';
import type { Json } from '../../api/json.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatDuration } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { AlertRules } from './alert-rules.tsx';
import { alertTitle, causes, metricOf, severityTones } from './words.ts';

type Alert = Json<AlertEntry>;

/** Alerts that last, and those that ended by themselves. */
export function Alerts() {
  return (
    <Answer query={useQuery(alertsQuery)} lines={6}>
      {({ alerts }) => {
        const [lasting, ended] = [
          alerts.filter(({ resolved }) => resolved === undefined),
          alerts.filter(({ resolved }) => resolved !== undefined),
        ];
        return (
          <>
            <Panel title="Lasting" note="Fired, and still so">
              {lasting.length === 0 ? (
                <Empty title="No alert lasts">What is looked at, and when it is told, stands below.</Empty>
              ) : (
                <List label="Lasting alerts" alerts={lasting} />
              )}
            </Panel>
            <Panel title="History" note="The last hundred, newest first">
              {ended.length === 0 ? <Empty title="No alert has ended yet" /> : <List label="Ended alerts" alerts={ended} />}
            </Panel>
            <AlertRules />
          </>
        );
      }}
    </Answer>
  );
}

function List({ label, alerts }: { label: string; alerts: readonly Alert[] }) {
  return (
    <PlainTable
      label={label}
      heads={['Alert', 'Severity', 'Queue', 'Fired', 'Lasted', { text: 'Value', align: 'end' }, { text: 'Limit', align: 'end' }, 'Cause']}
    >
      {alerts.map((alert) => (
        <tr key={`${alert.name} ${alert.queue} ${alert.fired}`}>
          <td>
            <span title={alert.name}>{alertTitle(alert.name)}</span> <span className="faint">{metricOf(alert.metric).text}</span>
          </td>
          <td>
            <Badge tone={severityTones[alert.severity] ?? 'plain'}>{alert.severity}</Badge>
          </td>
          <td>
            {alert.queue === undefined ? (
              <span className="faint">all</span>
            ) : (
              <Link to="/jobs" search={{ view: 'list', queue: alert.queue }}>
                {alert.queue}
              </Link>
            )}
          </td>
          <td>
            <Time value={alert.fired} />
          </td>
          <td>
            {alert.resolved
              ? formatDuration(Date.parse(alert.resolved) - Date.parse(alert.fired))
              : formatDuration(Date.now() - Date.parse(alert.fired))}
          </td>
          <td data-align="end">{metricOf(alert.metric).show(alert.value)}</td>
          <td data-align="end">{metricOf(alert.metric).show(alert.threshold)}</td>
          <td className="soft wrap">
            {alert.cause === undefined ? '' : alert.cause in causes ? causes[alert.cause as keyof typeof causes].why : alert.cause}
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}
