import type { MigrationImpact } from '../../../../src/foundation/migrate/index.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { formatBytes, formatMs, plural } from '../../parts/format.ts';

export const riskTones: Readonly<Record<MigrationImpact['risk'], Tone>> = { low: 'good', medium: 'warn', high: 'bad' };

const range = ({ low, high }: { readonly low: number; readonly high: number }, format: (value: number) => string) =>
  low === high ? format(high) : `${format(low)} to ${format(high)}`;

/** What a migration means for the databases it is meant for. */
export function Impact({ impact }: { impact: MigrationImpact }) {
  const { locks, dependants, queries, rollback } = impact;
  const waits = locks.filter(({ whoWaits }) => whoWaits !== undefined);
  return (
    <div className="proof-item">
      <p className="proof-head">
        <Badge tone={riskTones[impact.risk]}>{impact.risk} risk</Badge>
        <strong>{impact.changeClass}</strong>
        <span className="soft">{impact.reasons.join('; ')}</span>
      </p>
      <dl className="proof-facts">
        <dt>Takes</dt>
        <dd>
          {range(impact.durationMs, formatMs)}, {range(impact.walBytes, formatBytes)} of WAL
        </dd>
        <dt>Waits for it</dt>
        <dd>
          {waits.length === 0
            ? 'nobody'
            : waits.map(({ relation, whoWaits, rows, tableBytes }) => (
                <div key={`${relation} ${whoWaits}`}>
                  {whoWaits} of <code>{relation}</code> ({plural(rows, 'row')}, {formatBytes(tableBytes)})
                </div>
              ))}
        </dd>
        <dt>Stands on it</dt>
        <dd>
          {dependants.length + queries.length === 0 && 'nothing that is known'}
          {dependants.map(({ table, kind, object }) => (
            <div key={`${table} ${kind} ${object}`}>
              {kind} <code>{object}</code>
            </div>
          ))}
          {queries.map(({ query, file, line }) => (
            <div key={`${file}:${line}`}>
              query {query} <span className="faint">{`${file}:${line}`}</span>
            </div>
          ))}
        </dd>
        <dt>Way back</dt>
        <dd>{rollback.way === 'down' ? 'down.sql' : `forward only${rollback.because ? `: ${rollback.because}` : ''}`}</dd>
      </dl>
    </div>
  );
}
