import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { AlertRuleEntry } from '../../../../src/data/queue/index.ts';
import { request } from '../../api/client.ts';
import { alertRulesQuery } from '../../api/job-queries.ts';
import type { Json } from '../../api/json.ts';
import { Action } from '../../parts/action.tsx';
import { Badge } from '../../parts/badge.tsx';
import { formatCount, formatDuration } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { alertTitle, levelNames, metricOf, severityTones } from './words.ts';

type Rule = Json<AlertRuleEntry>;

/** What is looked at, when it is told, how often it was; each can be changed. */
export function AlertRules() {
  return (
    <Panel title="What is looked at" note="Every five seconds; a change counts from the next look on">
      <Answer query={useQuery(alertRulesQuery)} lines={8}>
        {({ rules }) => (
          <PlainTable
            label="What is looked at"
            heads={[
              'Alert',
              'Fires while',
              'For',
              'Severity',
              { text: 'Fired, 30 d', align: 'end' },
              'Last',
              { text: 'Actions', align: 'end', isHidden: true },
            ]}
          >
            {rules.toSorted(byUrgency).map((rule) => (
              <Line key={`${rule.name} ${rule.queue}`} rule={rule} />
            ))}
          </PlainTable>
        )}
      </Answer>
    </Panel>
  );
}

const byUrgency = (one: Rule, other: Rule) =>
  Number(other.isFiring) - Number(one.isFiring) || alertTitle(one.name).localeCompare(alertTitle(other.name));

function Line({ rule }: { rule: Rule }) {
  const metric = metricOf(rule.metric);
  return (
    <tr data-resting={!rule.isEnabled}>
      <td>
        <span title={rule.name}>{alertTitle(rule.name)}</span> {rule.queue && <span className="faint">{rule.queue}</span>}
      </td>
      <td className="wrap">
        {metric.text} {rule.comparison === '>' ? 'above' : 'below'} <strong>{metric.show(rule.threshold)}</strong>
      </td>
      <td>{rule.forS === 0 ? 'at once' : formatDuration(rule.forS * 1000)}</td>
      <td>
        {!rule.isEnabled ? (
          <Badge>off</Badge>
        ) : (
          <Badge tone={rule.isFiring ? (severityTones[rule.severity] ?? 'plain') : 'plain'}>
            {rule.isFiring ? `${rule.severity}, lasts` : rule.severity}
          </Badge>
        )}
      </td>
      <td data-align="end">{formatCount(rule.fired)}</td>
      <td>
        <Time value={rule.lastFired} as="ago" />
      </td>
      <td data-align="end">
        <span className="pair">
          <Change rule={rule} />
          <OnOrOff rule={rule} />
        </span>
      </td>
    </tr>
  );
}

const whoseOf = ({ name, queue }: Rule) => (queue === undefined ? name : `${name} --queue ${queue}`);
const change = ({ name, queue }: Rule, body: object) =>
  request(`/queue/alert-rules/${encodeURIComponent(name)}`, {
    method: 'POST',
    body: { ...body, ...(queue !== undefined && { queue }) },
  });

function Change({ rule }: { rule: Rule }) {
  const [threshold, time, severity] = [useId(), useId(), useId()];
  const { text, unit, scale = 1 } = metricOf(rule.metric);
  return (
    <Action
      label="Change"
      title={alertTitle(rule.name)}
      command={`plinth queue alert ${whoseOf(rule)} --threshold … --for-s … --severity …`}
      run={(given) =>
        change(rule, {
          // Percent are typed, and a share is kept.
          threshold: Number((Number(given.get('threshold')) / scale).toPrecision(12)),
          forS: Math.round(Number(given.get('minutes')) * 60),
          severity: String(given.get('severity')),
        })
      }
      done={() => 'It is looked at so from now on.'}
    >
      <div className="form">
        <label className="field" htmlFor={threshold}>
          <span>
            Fires while {text} is {rule.comparison === '>' ? 'above' : 'below'} {unit && `(${unit})`}
          </span>
          {rule.metric === 'level' ? (
            <select id={threshold} name="threshold" defaultValue={rule.threshold}>
              {levelNames.map((name, level) => (
                <option key={name} value={level}>
                  {name}
                </option>
              ))}
            </select>
          ) : (
            <input
              id={threshold}
              name="threshold"
              type="number"
              required
              min={0}
              step="any"
              defaultValue={Number((rule.threshold * scale).toPrecision(12))}
            />
          )}
        </label>
        <label className="field" htmlFor={time}>
          For so many minutes; 0: at once
          <input id={time} name="minutes" type="number" required min={0} max={1440} step="any" defaultValue={rule.forS / 60} />
        </label>
        <label className="field" htmlFor={severity}>
          Severity
          <select id={severity} name="severity" defaultValue={rule.severity}>
            {Object.keys(severityTones).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
    </Action>
  );
}

function OnOrOff({ rule }: { rule: Rule }) {
  const { isEnabled } = rule;
  return (
    <Action
      label={isEnabled ? 'Turn off' : 'Turn on'}
      title={`${isEnabled ? 'Turn off' : 'Turn on'}: ${alertTitle(rule.name)}?`}
      command={`plinth queue alert ${whoseOf(rule)} --enabled ${isEnabled ? 'no' : 'yes'}`}
      run={() => change(rule, { isEnabled: !isEnabled })}
      done={() => (isEnabled ? 'Nobody is told of it any more.' : 'It is looked at again.')}
    >
      {isEnabled
        ? 'It is not looked at any more, and one that lasts ends. “Turn on” undoes it.'
        : 'From the next look on it is told again when it has been so for long enough.'}
    </Action>
  );
}
