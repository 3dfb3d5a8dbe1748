import { useQuery } from '@tanstack/react-query';
import type { Finding, PartStatus, SetStatus } from '../../../../src/foundation/partition/index.ts';
import type { Json } from '../../api/json.ts';
import { partsQuery, setsQuery } from '../../api/queries.ts';
import { Badge, TierName, type Tone } from '../../parts/badge.tsx';
import { formatBytes, formatCompact, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Conversions } from './conversions.tsx';
import './partitions.css';

type Part = Json<PartStatus>;
type Age = 'kept' | 'current' | 'future' | 'always' | 'detached' | 'archived';

const ages: Readonly<Record<Age, string>> = {
  kept: 'kept',
  current: 'written now',
  future: 'ready for later',
  always: 'no range of time',
  detached: 'detached, may come back',
  archived: 'archived',
};

const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/;

/** The time of a bound in milliseconds: of a date, or the one a uuid v7 begins with. NaN for others and for none. */
function instantOf(bound: string | undefined): number {
  if (bound === undefined) return Number.NaN;
  return isUuid.test(bound) ? Number.parseInt(bound.slice(0, 8) + bound.slice(9, 13), 16) : Date.parse(bound);
}

function ageOf({ state, from, to }: Part, now: number): Age {
  if (state === 'archived') return 'archived';
  if (state !== 'attached') return 'detached';
  const [start, end] = [from, to].map(instantOf) as [number, number];
  if (Number.isNaN(start) && Number.isNaN(end)) return 'always';
  if (start > now) return 'future';
  return end <= now ? 'kept' : 'current';
}

/** Each table that is cut, as a line of its partitions: as wide as they are large, in the order of their ranges. */
export function Partitions() {
  const sets = useQuery(setsQuery);
  const parts = useQuery(partsQuery);
  return (
    <div className="panels">
      <Answer query={sets} lines={6}>
        {(data) =>
          data.sets.length === 0 ? (
            <Empty title="No table is partitioned">
              A migration declares one with <code>select partition.manage('schema.table', …)</code>.
            </Empty>
          ) : (
            <>
              <ul className="timeline-legend">
                {Object.entries(ages).map(([age, text]) => (
                  <li key={age}>
                    <span className="timeline-part" data-age={age} aria-hidden="true" /> {text}
                  </li>
                ))}
              </ul>
              {data.sets.map((set) => (
                <Timeline
                  key={`${set.tier} ${set.table}`}
                  set={set}
                  findings={data.findings.filter(({ tier, table }) => tier === set.tier && table === set.table)}
                  parts={
                    parts.data?.parts.filter((part) => part.tier === set.tier && part.set === set.table && part.state !== 'dropped') ?? []
                  }
                />
              ))}
            </>
          )
        }
      </Answer>
      <Conversions />
    </div>
  );
}

const dayMs = 86_400_000;

/** How soon upkeep has to come: not at all for numbers, lists and hashes. */
function horizonTone({ coveredUntil, blockedBy, declaration }: Json<SetStatus>, now: number): Tone {
  if (blockedBy) return 'bad';
  if (!coveredUntil || (declaration.by !== 'time' && declaration.by !== 'uuid7')) return 'plain';
  const leftMs = Date.parse(coveredUntil) - now;
  const [warnMs, badMs] = declaration.every === 'hour' ? [dayMs / 2, dayMs / 12] : [7 * dayMs, dayMs];
  if (leftMs < badMs) return 'bad';
  return leftMs < warnMs ? 'warn' : 'good';
}

const severityTones: Readonly<Record<Finding['severity'], Tone>> = { critical: 'bad', warning: 'warn', information: 'plain' };

function Timeline({ set, parts, findings }: { set: Json<SetStatus>; parts: readonly Part[]; findings: readonly Finding[] }) {
  const now = Date.now();
  const sorted = parts.toSorted((a, b) => (a.from ?? '').localeCompare(b.from ?? '') || a.table.localeCompare(b.table));
  const total = sorted.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  const { by, key, every, keep } = set.declaration;
  return (
    <Panel
      title={set.table}
      note={`by ${by === 'time' || by === 'uuid7' ? every : by} of ${key}${keep === undefined ? '' : `, kept ${keep}`}; ${plural(set.attached, 'partition')}, ${formatBytes(set.sizeBytes)}`}
      aside={
        <span className="pair">
          <TierName tier={set.tier} />
          {set.isPaused && <Badge tone="warn">paused</Badge>}
          {set.coveredUntil && (
            <Badge tone={horizonTone(set, now)}>
              ready until <Time value={set.coveredUntil} as="short" />
            </Badge>
          )}
        </span>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section className="timeline" aria-label={`Partitions of ${set.table} in ${set.tier}`} tabIndex={0}>
        <ol>
          {sorted.map((part) => (
            <li
              key={part.id}
              className="timeline-part"
              data-age={ageOf(part, now)}
              style={{ flexGrow: total === 0 ? 1 : (part.sizeBytes ?? 0) / total }}
            >
              <span className="timeline-name" title={describe(part, now)}>
                {part.table.slice(part.table.lastIndexOf('.') + 1).replace(`${set.table.slice(set.table.lastIndexOf('.') + 1)}_`, '')}
              </span>
              <span className="hidden">{describe(part, now)}</span>
            </li>
          ))}
        </ol>
      </section>
      {findings.length > 0 && (
        <ul className="timeline-findings">
          {findings.map(({ severity, finding, detail }) => (
            <li key={`${finding} ${detail}`}>
              <Badge tone={severityTones[severity]}>{finding}</Badge> {detail}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function describe(part: Part, now: number): string {
  const range = [showBound(part.from) ?? 'the beginning', showBound(part.to) ?? 'the end'].join(' to ');
  return `${part.table}: ${ages[ageOf(part, now)]}, ${range}, ${formatCompact(part.rows)} rows, ${formatBytes(part.sizeBytes)}`;
}

function showBound(bound: string | undefined): string | undefined {
  return bound !== undefined && isUuid.test(bound) ? new Date(instantOf(bound)).toISOString().slice(0, 10) : bound;
}
