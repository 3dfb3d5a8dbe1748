import { useQuery } from '@tanstack/react-query';
import { tenantUsageQuery } from '../../api/queries.ts';
import type { UsageHour } from '../../api/types.ts';
import { formatBytes, formatCount, formatMs } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { Answer, Empty } from '../../parts/states.tsx';

const hourMs = 3_600_000;
const shownHours = 24;
const clock = new Intl.DateTimeFormat(navigator.language, { dateStyle: 'short', timeStyle: 'short' });

interface Figure {
  readonly name: string;
  readonly format: (value: number) => string;
  /** Undefined where it is not known of that hour. */
  readonly of: (hour: UsageHour) => number | undefined;
  /** A level is not added up: the last one counts. */
  readonly isLevel?: boolean;
}

const figures: readonly Figure[] = [
  { name: 'Statements', format: formatCount, of: (hour) => hour.queries },
  { name: 'Rows', format: formatCount, of: (hour) => hour.rows },
  { name: 'Statements took', format: formatMs, of: (hour) => hour.executionMs },
  { name: 'Connections held', format: formatMs, of: (hour) => hour.heldMs },
  { name: 'Waited for connections', format: formatMs, of: (hour) => hour.poolWaitMs },
  { name: 'Write-ahead log', format: formatBytes, of: (hour) => hour.walBytes },
];

function measuresOf(hours: readonly UsageHour[]): readonly Figure[] {
  const names = [...new Set(hours.flatMap((hour) => Object.keys(hour.measures)))].sort();
  return names.map((name) => ({
    name,
    format: name.endsWith('bytes') ? formatBytes : formatCount,
    of: (hour) => hour.measures[name],
    isLevel: true,
  }));
}

/** What the tenant had of the databases in the last day. */
export function Usage({ tenant }: { tenant: string }) {
  const query = useQuery(tenantUsageQuery(tenant));
  return (
    <Panel title="Usage" note="Of the databases, the last 24 hours">
      <Answer query={query} lines={4}>
        {({ hours }) =>
          hours.length === 0 ? (
            <Empty title="Nothing was done for it" />
          ) : (
            <PlainTable label="Usage" heads={['What', 'Hour by hour', { text: 'In all, or now', align: 'end' }]}>
              {[...figures, ...measuresOf(hours)].map((figure) => (
                <FigureRow key={figure.name} figure={figure} hours={hours} />
              ))}
            </PlainTable>
          )
        }
      </Answer>
    </Panel>
  );
}

function FigureRow({ figure: { name, format, of, isLevel }, hours }: { figure: Figure; hours: readonly UsageHour[] }) {
  const byStart = new Map(hours.map((hour) => [new Date(hour.begun).getTime(), of(hour)]));
  const first = Math.floor(Date.now() / hourMs) * hourMs - (shownHours - 1) * hourMs;
  const starts = Array.from({ length: shownHours }, (_, i) => first + i * hourMs);
  const values = starts.map((start) => byStart.get(start) ?? 0);
  const known = [...byStart.values()].filter((value) => value !== undefined);
  const whole = isLevel ? known.at(-1) : known.reduce((sum, value) => sum + value, 0);
  return (
    <tr>
      <td>{name}</td>
      <td>
        <Sparkline values={values} tip={(i) => `${clock.format(starts[i])}: ${format(values[i] ?? 0)}`} />
      </td>
      <td data-align="end">{known.length === 0 || whole === undefined ? <span className="faint">not known</span> : format(whole)}</td>
    </tr>
  );
}
