import { useQuery } from '@tanstack/react-query';
import type { DatabaseDrift, DriftEntry } from '../../../../src/foundation/migrate/index.ts';
import type { Json } from '../../api/json.ts';
import { driftQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import './proof.css';

/** What is not as the last run left it, and who did it. */
export function Drift() {
  const query = useQuery(driftQuery);
  return (
    <Answer query={query} lines={8}>
      {({ databases }) => (
        <div className="panels">
          {databases.map((database) => (
            <Database key={database.tiers.join()} database={database} />
          ))}
        </div>
      )}
    </Answer>
  );
}

function Database({ database }: { database: Json<DatabaseDrift> }) {
  const { tiers, entries, known, notCompared, noTrail } = database;
  const verdict = notCompared ? (
    <Badge tone="warn">not compared</Badge>
  ) : entries.length === 0 ? (
    <Badge tone="good">as the last run left it</Badge>
  ) : (
    <Badge tone="bad">{plural(entries.length, 'difference')}</Badge>
  );
  const note = [
    ...(noTrail ? [noTrail] : []),
    ...(known.length > 0 ? [`${plural(known.length, 'change')} by the platform itself`] : []),
  ].join(' ');
  return (
    <Panel title={tiers.join(', ')} note={note} aside={verdict}>
      {notCompared && <Empty title="Nothing can be said yet">{notCompared}</Empty>}
      {entries.length > 0 && (
        <PlainTable label={`Drift of ${tiers.join(', ')}`} heads={['Object', 'Property', 'Expected', 'Found', 'By', 'When']}>
          {entries.map((entry) => (
            <Entry key={`${entry.identity} ${entry.path ?? ''}`} entry={entry} />
          ))}
        </PlainTable>
      )}
    </Panel>
  );
}

const shown = (value: unknown) => (value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value));

function Entry({ entry }: { entry: Json<DriftEntry> }) {
  const who = [entry.actor, entry.application, entry.clientAddress].filter(Boolean).join(', ');
  return (
    <tr>
      <td>
        <code>{entry.identity}</code>
      </td>
      <td>{entry.path ?? entry.change}</td>
      <td>
        <code>{shown(entry.expected)}</code>
      </td>
      <td>
        <code>{shown(entry.actual)}</code>
      </td>
      <td>{who || <span className="faint">not known</span>}</td>
      <td>{entry.happened ? <Time value={entry.happened} /> : <span className="faint">not known</span>}</td>
    </tr>
  );
}
