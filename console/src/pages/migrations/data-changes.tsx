import { useQuery } from '@tanstack/react-query';
import type { BackfillStatus, GroupStatus, TrashItem } from '../../../../src/foundation/migrate/index.ts';
import type { Json } from '../../api/json.ts';
import { backfillsQuery, groupsQuery, trashQuery } from '../../api/queries.ts';
import { Badge, TierName } from '../../parts/badge.tsx';
import { formatCompact, formatCount, formatMs, plural } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import './proof.css';

/** Changes that take longer than a run: two shapes side by side, rows being filled, things that may still come back. */
export function DataChanges() {
  const groups = useQuery(groupsQuery);
  const backfills = useQuery({ ...backfillsQuery, refetchInterval: 5_000 });
  const trash = useQuery(trashQuery);
  return (
    <div className="panels">
      <Panel title="Expand and contract" note="An old and a new shape of the same data, kept in step">
        <Answer query={groups}>{(data) => <GroupTable groups={data.groups} />}</Answer>
      </Panel>
      <Panel title="Backfills" note="Row by row, batch by batch">
        <Answer query={backfills}>{(data) => <BackfillTable backfills={data.backfills} />}</Answer>
      </Panel>
      <Panel title="Trash" note="Dropped, and to be had back until it expires">
        <Answer query={trash}>{(data) => <TrashTable items={data.items} />}</Answer>
      </Panel>
    </div>
  );
}

function GroupTable({ groups }: { groups: readonly Json<GroupStatus>[] }) {
  if (groups.length === 0) return <Empty title="No change has two sides now" />;
  return (
    <PlainTable label="Groups" heads={['Group', 'Tier', 'State', 'Read by', 'From', 'To', 'In the way', 'Next']}>
      {groups.map((group) => (
        <tr key={`${group.tier} ${group.name}`}>
          <td>{group.name}</td>
          <td>
            <TierName tier={group.tier} />
          </td>
          <td>
            <Badge tone={group.state === 'contracted' ? 'good' : 'plain'}>{group.state}</Badge>
          </td>
          <td>{group.ring}</td>
          <td>
            <code>{group.old.join(', ')}</code>
          </td>
          <td>
            <code>{group.new.join(', ')}</code>
          </td>
          <td>{group.hindrances.join('; ') || <span className="faint">nothing</span>}</td>
          <td>
            <code>{group.next}</code>
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}

function BackfillTable({ backfills }: { backfills: readonly Json<BackfillStatus>[] }) {
  if (backfills.length === 0) return <Empty title="No rows are being filled" />;
  return (
    <PlainTable
      label="Backfills"
      heads={[
        'Backfill',
        'Table',
        'State',
        'Done',
        { text: 'Rows/s', align: 'end' },
        { text: 'Left', align: 'end' },
        'Quarantined',
        'Waits for',
      ]}
    >
      {backfills.map((one) => (
        <tr key={`${one.tier} ${one.name}`}>
          <td>{one.name}</td>
          <td>
            <code>{one.table}</code>
          </td>
          <td>
            <Badge tone={one.state === 'completed' ? 'good' : one.state === 'paused' ? 'warn' : 'plain'}>{one.state}</Badge>
          </td>
          <td>
            <span className="pair">
              <Meter value={one.rowsSeen} max={Math.max(one.rowsTotal, one.rowsSeen, 1)} />
              {formatCompact(one.rowsSeen)} of {one.rowsTotal > 0 ? formatCompact(one.rowsTotal) : '?'}
            </span>
          </td>
          <td data-align="end">{formatCompact(one.rowsPerSecond)}</td>
          <td data-align="end">{one.state === 'completed' ? '' : formatMs(one.etaSeconds === undefined ? null : one.etaSeconds * 1000)}</td>
          <td>{one.quarantined > 0 ? <Badge tone="warn">{plural(one.quarantined, 'row')}</Badge> : 'none'}</td>
          <td>{one.error ?? one.throttled ?? ''}</td>
        </tr>
      ))}
    </PlainTable>
  );
}

function TrashTable({ items }: { items: readonly Json<TrashItem>[] }) {
  if (items.length === 0) return <Empty title="Nothing was dropped" />;
  return (
    <PlainTable label="Trash" heads={['Object', 'Kind', 'Tier', { text: 'Rows', align: 'end' }, 'Dropped', 'Expires', 'Bring it back']}>
      {items.map((item) => (
        <tr key={item.id}>
          <td>
            <code>{item.original}</code>
          </td>
          <td>{item.kind}</td>
          <td>
            <TierName tier={item.tier} />
          </td>
          <td data-align="end">{formatCount(item.rows)}</td>
          <td>
            <Time value={item.created} as="ago" />
          </td>
          <td>
            <Time value={item.expires} as="ago" />
          </td>
          <td>
            <code>plinth migrate trash restore {item.original}</code>
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}
