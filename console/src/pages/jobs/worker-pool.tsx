import type { PoolEntry } from '../../../../src/data/queue/index.ts';
import type { Json } from '../../api/json.ts';
import { formatCount, plural } from '../../parts/format.ts';
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
                {Object.entries(decision.inputs)
                  .map(([name, value]) => `${name} ${number.format(value)}`)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Panel>
  );
}
