import { useQuery } from '@tanstack/react-query';
import type { Finding, MigrationImpact, MigrationStatus, RehearsedMigration } from '../../../../src/foundation/migrate/index.ts';
import type { Json } from '../../api/json.ts';
import { impactQuery, lintQuery, planQuery, rehearsalQuery } from '../../api/queries.ts';
import { Badge, TierName } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Approval } from './approval.tsx';
import { Findings } from './findings.tsx';
import { Impact } from './impact.tsx';
import { migrationTone } from './migration-tone.ts';
import { resultTones, Statements } from './statements.tsx';
import './proof.css';

/** What the next run would do, with all that is known about it beforehand. */
export function Plan() {
  const plan = useQuery(planQuery);
  const lint = useQuery(lintQuery);
  const rehearsal = useQuery(rehearsalQuery);
  const impact = useQuery(impactQuery).data?.report;
  const tried = rehearsal.data?.rehearsal;
  return (
    <Answer query={plan} lines={8}>
      {({ migrations }) =>
        migrations.length === 0 ? (
          <Empty title="Nothing is pending">
            A new migration is begun with <code>plinth migrate new</code>; what it would do shows here before it is applied.
          </Empty>
        ) : (
          <div className="panels">
            <p className="soft">
              {tried ? (
                <>
                  Rehearsed <Time value={tried.taken} as="ago" /> on a throwaway server.
                </>
              ) : (
                <>
                  Not rehearsed yet: <code>plinth migrate rehearse</code> measures the locks.
                </>
              )}{' '}
              {tried?.limits.join(' ')}
            </p>
            <Approval />
            {migrations.map((migration) => (
              <Pending
                key={`${migration.tier}:${migration.id}`}
                migration={migration}
                findings={lint.data?.findings.filter((finding) => finding.migration === migration.id) ?? []}
                impact={impact?.migrations.find(({ id, tier }) => id === migration.id && tier === migration.tier)}
                tried={tried?.migrations.find(({ id, tier }) => id === migration.id && tier === migration.tier)}
              />
            ))}
          </div>
        )
      }
    </Answer>
  );
}

function Pending(props: {
  migration: Json<MigrationStatus>;
  findings: readonly Finding[];
  impact: MigrationImpact | undefined;
  tried: RehearsedMigration | undefined;
}) {
  const { migration, findings, impact, tried } = props;
  const errors = findings.filter(({ severity, waived }) => severity === 'error' && waived === undefined).length;
  return (
    <Panel
      title={migration.id}
      note={[migration.phase, migration.changeClass].filter(Boolean).join(', ')}
      aside={
        <span className="pair">
          <TierName tier={migration.tier} />
          <Badge tone={migrationTone(migration.state)}>{migration.state.replace('_', ' ')}</Badge>
          {errors > 0 ? <Badge tone="bad">{plural(errors, 'lint error')}</Badge> : <Badge tone="good">lint</Badge>}
          {tried && <Badge tone={resultTones[tried.result]}>{tried.result}</Badge>}
        </span>
      }
    >
      {migration.error && <p className="proof-item">{migration.error}</p>}
      {impact && <Impact impact={impact} />}
      {findings.length > 0 && <Findings findings={findings} />}
      {tried?.because && <p className="proof-item">{tried.because}</p>}
      {tried && tried.statements.length > 0 && <Statements statements={tried.statements} />}
    </Panel>
  );
}
