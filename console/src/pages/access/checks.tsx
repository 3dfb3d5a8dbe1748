import type { CheckReport } from '../../../../src/trust/access/index.ts';
import type { Json } from '../../api/json.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';

type Check = Json<CheckReport>['checks'][number];

const tones: Readonly<Record<Check['verdict'], Tone>> = { pass: 'good', fail: 'bad', skipped: 'plain' };
const severities: Readonly<Record<Check['severity'], string>> = { C: 'critical', E: 'error', W: 'warning' };
const order: Readonly<Record<Check['verdict'], number>> = { fail: 0, skipped: 1, pass: 2 };

/** The verdicts, those that failed first, each with what was found. */
export function Checks({ report }: { report: Json<CheckReport> }) {
  const checks = report.checks.toSorted((a, b) => order[a.verdict] - order[b.verdict]);
  return (
    <div className="panels">
      {report.idleWaivers.length > 0 && (
        <Panel title="Lines of access.waivers that allow nothing that is there" note="Remove them">
          <PlainTable label="Idle waivers" heads={['Check', 'Subject', 'Reason']}>
            {report.idleWaivers.map((waiver) => (
              <tr key={`${waiver.check} ${waiver.subject}`}>
                <td>{waiver.check}</td>
                <td className="mono">{waiver.subject}</td>
                <td className="soft">{waiver.reason}</td>
              </tr>
            ))}
          </PlainTable>
        </Panel>
      )}
      {checks.map((check) => (
        <Panel
          key={check.id}
          title={`${check.id} · ${check.title}`}
          note={
            check.verdict === 'fail' ? severities[check.severity] : check.waived.length > 0 ? `${check.waived.length} allowed` : undefined
          }
          aside={
            <Badge tone={tones[check.verdict]}>
              {check.verdict === 'fail' ? plural(check.findings.length, 'finding') : check.verdict === 'pass' ? 'passed' : 'not judged'}
            </Badge>
          }
        >
          <Findings check={check} />
        </Panel>
      ))}
    </div>
  );
}

function Findings({ check }: { check: Check }) {
  const rows = [
    ...check.findings.map((finding) => ({ ...finding, because: undefined })),
    ...check.waived.map(({ because, ...finding }) => ({ ...finding, because })),
  ];
  return (
    <>
      {rows.length > 0 && (
        <PlainTable label={`Findings of ${check.id}`} heads={['Server', 'What was found', 'What removes it']}>
          {rows.map((finding) => (
            <tr key={`${finding.server} ${finding.what}`}>
              <td className="soft">{finding.server}</td>
              <td>
                {finding.what}
                {finding.because && <span className="faint"> · allowed: {finding.because}</span>}
              </td>
              <td>{finding.remedy ? <code>{finding.remedy}</code> : <span className="faint">a decision</span>}</td>
            </tr>
          ))}
        </PlainTable>
      )}
      {check.notJudged.length > 0 && (
        <ul className="findings soft">
          {check.notJudged.map((reason) => (
            <li key={reason}>Not judged: {reason}.</li>
          ))}
        </ul>
      )}
    </>
  );
}
