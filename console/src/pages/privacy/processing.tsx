import type { ProcessedTable, ProcessingReport } from '../../../../src/trust/privacy/index.ts';
import type { Json } from '../../api/json.ts';
import { Badge } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Empty } from '../../parts/states.tsx';
import { levelTones } from './data-map.tsx';

const listed = (items: readonly string[]) => (items.length > 0 ? items.join(', ') : 'none');

/** The record of processing activities, as article 30 asks for it. */
export function Processing({ report }: { report: Json<ProcessingReport> }) {
  return (
    <div className="panels">
      {report.activities.length === 0 && (
        <Empty title="No activity is declared">
          Declare one in a migration: <code>select privacy.record_processing('…')</code>
        </Empty>
      )}
      {report.activities.map((one) => (
        <Panel key={one.name} title={one.name} note={one.purpose} aside={<Badge>{one.legalBasis.replaceAll('_', ' ')}</Badge>}>
          <p className="soft proof-item">
            Of {listed(one.dataSubjects)}; given to {listed(one.recipients)}; outside the union: {listed(one.transfers)}
            {one.safeguards && ` (${one.safeguards})`}; kept {one.retention ?? 'as the tables say'}.
          </p>
          <Tables label={`Tables of ${one.name}`} tables={one.tables} />
        </Panel>
      ))}
      {report.unrecorded.length > 0 && (
        <Panel
          title="Without an activity"
          note="Tables with personal data that no activity names."
          aside={<Badge tone="warn">{plural(report.unrecorded.length, 'table')}</Badge>}
        >
          <Tables label="Tables without an activity" tables={report.unrecorded} />
        </Panel>
      )}
    </div>
  );
}

function Tables({ label, tables }: { label: string; tables: readonly Json<ProcessedTable>[] }) {
  return (
    <PlainTable label={label} heads={['Table', 'Tier', 'Personal data', 'Level', 'Kept']}>
      {tables.map(({ place, categories, level, retentionYears }) => (
        <tr key={`${place.tier}.${place.schema}.${place.table}`}>
          <td className="mono">
            {place.schema}.{place.table}
          </td>
          <td>{place.tier}</td>
          <td className="wrap">{listed(categories)}</td>
          <td>{level ? <Badge tone={levelTones[level]}>{level}</Badge> : 'not classified'}</td>
          <td>{retentionYears === undefined ? 'as stated' : plural(retentionYears, 'year')}</td>
        </tr>
      ))}
    </PlainTable>
  );
}
