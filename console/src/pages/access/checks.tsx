import type { CheckReport } from '../../../../src/trust/access/index.ts';
import type { Json } from '../../api/json.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { formatCount, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';

type Check = Json<CheckReport>['checks'][number];

const tones: Readonly<Record<Check['verdict'], Tone>> = { pass: 'good', fail: 'bad', skipped: 'plain' };
const words: Readonly<Record<Check['verdict'], string>> = { pass: 'passed', fail: 'failed', skipped: 'not judged' };
const severities: Readonly<Record<Check['severity'], string>> = { C: 'critical', E: 'error', W: 'warning' };

/** The verdicts, and below them what was found by those that failed. */
export function Checks({ report: { checks, idleWaivers, environment } }: { report: Json<CheckReport> }) {
  const servers = new Set(checks.flatMap(({ findings }) => findings.map(({ server }) => server)));
  return (
    <div className="panels">
      <Panel title="Verdicts" note={`Environment ${environment}`}>
        <PlainTable
          label="Verdicts"
          heads={['Check', 'What holds when it passes', 'When not', 'Verdict', { text: 'Findings', align: 'end' }]}
        >
          {checks.map(({ id, title, severity, verdict, findings, waived, notJudged }) => (
            <tr key={id}>
              <td className="mono">{id}</td>
              <td className="wrap">
                {title}
                {waived.length > 0 && <span className="faint"> · {plural(waived.length, 'finding')} allowed</span>}
                {notJudged.length > 0 && <span className="faint"> · not judged: {notJudged.join('; ')}</span>}
              </td>
              <td className="soft">{severities[severity]}</td>
              <td>
                <Badge tone={tones[verdict]}>{words[verdict]}</Badge>
              </td>
              <td data-align="end">{formatCount(findings.length)}</td>
            </tr>
          ))}
        </PlainTable>
      </Panel>
      {checks
        .filter(({ findings }) => findings.length > 0)
        .map((check) => (
          <Findings key={check.id} check={check} isOneServer={servers.size === 1} />
        ))}
      {idleWaivers.length > 0 && (
        <Panel title="Lines of access.waivers that allow nothing that is there" note="Remove them">
          <PlainTable label="Idle waivers" heads={['Check', 'Subject', 'Reason']}>
            {idleWaivers.map((waiver) => (
              <tr key={`${waiver.check} ${waiver.subject}`}>
                <td>{waiver.check}</td>
                <td className="mono">{waiver.subject}</td>
                <td className="soft">{waiver.reason}</td>
              </tr>
            ))}
          </PlainTable>
        </Panel>
      )}
    </div>
  );
}

function Findings({ check: { id, title, findings }, isOneServer }: { check: Check; isOneServer: boolean }) {
  return (
    <Panel title={`${id} · ${title}`} note={plural(findings.length, 'finding')}>
      <PlainTable label={`Findings of ${id}`} heads={[...(isOneServer ? [] : ['Server']), 'What was found', 'What removes it']}>
        {findings.map(({ server, subject, what, remedy }) => (
          <tr key={`${server} ${subject} ${what}`}>
            {!isOneServer && <td className="soft">{server}</td>}
            <td className="wrap">{what}</td>
            <td className="cut cell" title={remedy}>
              {remedy ? <code>{remedy}</code> : <span className="faint">a person</span>}
            </td>
          </tr>
        ))}
      </PlainTable>
    </Panel>
  );
}
