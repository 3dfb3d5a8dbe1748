import type { PoolEntry } from '../../../../src/data/queue/index.ts';
import type { Json } from '../../api/json.ts';
import { formatCount, formatDuration, formatShare, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

const reasons: Readonly<Record<string, string>> = {
  demand: 'more is coming than it gets done',
  spare: 'less was needed for three looks',
  min: 'it does not go below its minimum',
  max: 'it may not have more',
  cpu: 'processors are busy: more would be slower',
  connections: 'connections are short',
};
const number = new Intl.NumberFormat(navigator.language, { maximumFractionDigits: 2 });
const inputs: Readonly<Record<string, (value: number) => string>> = {
  arrivalsPerS: (value) => `${number.format(value)} came each second`,
  runMeanMs: (value) => `a run took ${formatDuration(value)}`,
  runP95Ms: (value) => `95 % at most ${formatDuration(value)}`,
  backlog: (value) => `${formatCount(value)} waited`,
  cpuRatio: (value) => `processors ${formatShare(value, 1)}`,
  connectionWaits: (value) => (value > 0 ? `${formatCount(value)} waited for a connection` : ''),
  target: (value) => `${plural(value, 'slot')} would do`,
  min: (value) => `at least ${formatCount(value)}`,
  max: (value) => `at most ${formatCount(value)}`,
};

/** A pool with how its number of slots came about. */
export function WorkerPool({ pool: { pool, workers, slots, desired, decisions } }: { pool: Json<PoolEntry> }) {
  return (
    <Panel
      title={`Pool ${pool}`}
      note={`${plural(workers, 'process', 'processes')}, ${plural(slots, 'slot')}${desired === slots ? '' : `, ${formatCount(desired)} wanted`}`}
    >
      {decisions.length === 0 ? (
        <Empty title="No decision yet">Slots are looked at every 30 seconds and change when demand does.</Empty>
      ) : (
        <PlainTable label={`Decisions of pool ${pool}`} heads={['When', 'Slots', 'Because', 'What was known']}>
          {decisions.map((decision) => (
            <tr key={decision.decided}>
              <td>
                <Time value={decision.decided} as="ago" />
              </td>
              <td>
                {decision.slots} → <strong>{decision.desired}</strong>
              </td>
              <td className="wrap">{reasons[decision.reason] ?? decision.reason}</td>
              <td className="faint wrap">
                {Object.entries(inputs)
                  .flatMap(([name, say]) => (decision.inputs[name] === undefined ? [] : [say(decision.inputs[name])]))
                  .filter(Boolean)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Panel>
  );
}
