import type { Finding } from '../../../../src/foundation/migrate/index.ts';
import { Badge } from '../../parts/badge.tsx';

/** What lint says of one migration, with the line it points at. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul className="proof-list">
      {findings.map((finding) => (
        <li key={`${finding.id} ${finding.line} ${finding.column}`} className="proof-item">
          <p className="proof-head">
            <Badge tone={toneOf(finding)}>{finding.waived === undefined ? finding.severity : 'waived'}</Badge>
            <strong>
              {finding.id} {finding.rule}
            </strong>
            <span className="faint">line {finding.line}</span>
          </p>
          <p>{finding.message}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
          <pre className="proof-code" tabIndex={0}>
            {finding.excerpt}
          </pre>
          <p className="soft">
            {finding.waived === undefined ? `Instead: ${finding.safeWay}` : `Waived: ${finding.waived}`}
            {finding.waived === undefined && finding.template && (
              <>
                {' '}
                (<code>plinth migrate new {finding.template}</code>)
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}

function toneOf({ severity, waived }: Finding) {
  if (waived !== undefined) return 'plain';
  return severity === 'error' ? 'bad' : 'warn';
}
