import { useQuery } from '@tanstack/react-query';
import type { ArchiveStatus, ConversionStatus } from '../../../../src/foundation/partition/index.ts';
import type { Json } from '../../api/json.ts';
import { archivesQuery, conversionsQuery } from '../../api/queries.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { formatBytes, formatCompact, formatCount, formatMs } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Time } from '../../parts/time.tsx';

const tones: Partial<Record<ConversionStatus['state'], Tone>> = { finished: 'good', swapped: 'good', undone: 'warn' };

/** Tables that are being cut, and partitions that were put away; nothing where there is none of either. */
export function Conversions() {
  const conversions = useQuery({ ...conversionsQuery, refetchInterval: 5_000 }).data?.conversions ?? [];
  const archives = useQuery(archivesQuery).data?.archives ?? [];
  return (
    <>
      {conversions.length > 0 && (
        <Panel title="Conversions" note="Tables cut while they are used">
          <PlainTable
            label="Conversions"
            heads={[
              'Table',
              'Route',
              'State',
              'Copied',
              { text: 'Rows/s', align: 'end' },
              { text: 'Left', align: 'end' },
              'Ranges',
              'Started',
              'Error',
            ]}
          >
            {conversions.map((one) => (
              <Conversion key={one.id} conversion={one} />
            ))}
          </PlainTable>
        </Panel>
      )}
      {archives.length > 0 && (
        <Panel title="Archives" note="Partitions in files, each read back before it was dropped">
          <PlainTable
            label="Archives"
            heads={['Partition', { text: 'Rows', align: 'end' }, { text: 'Size', align: 'end' }, 'Archived', 'Read back', 'Where']}
          >
            {archives.map((one) => (
              <Archive key={one.id} archive={one} />
            ))}
          </PlainTable>
        </Panel>
      )}
    </>
  );
}

function Conversion({ conversion }: { conversion: Json<ConversionStatus> }) {
  const { table, route, state, isPaused, copied, ranges, started, error } = conversion;
  const different = ranges.filter((range) => range.state === 'different').length;
  return (
    <tr>
      <td>
        <code>{table}</code>
      </td>
      <td>{route}</td>
      <td>
        <Badge tone={isPaused ? 'warn' : (tones[state] ?? 'plain')}>{isPaused ? 'paused' : state}</Badge>
      </td>
      <td>
        {copied ? (
          <span className="pair">
            <Meter value={copied.rows} max={Math.max(copied.rowsTotal, copied.rows, 1)} /> {formatCompact(copied.rows)}
          </span>
        ) : (
          <span className="faint">nothing to copy</span>
        )}
      </td>
      <td data-align="end">{formatCompact(copied?.rowsPerSecond)}</td>
      <td data-align="end">{formatMs(copied?.etaSeconds === undefined ? null : copied.etaSeconds * 1000)}</td>
      <td>
        {ranges.length === 0 ? (
          <span className="faint">not compared</span>
        ) : different > 0 ? (
          <Badge tone="bad">{different} differ</Badge>
        ) : (
          <Badge tone="good">{ranges.length} equal</Badge>
        )}
      </td>
      <td>
        <Time value={started} as="ago" />
      </td>
      <td>{error ?? copied?.throttled ?? ''}</td>
    </tr>
  );
}

function Archive({ archive }: { archive: Json<ArchiveStatus> }) {
  return (
    <tr>
      <td>
        <code>{archive.table}</code>
      </td>
      <td data-align="end">{formatCount(archive.rows)}</td>
      <td data-align="end">{formatBytes(archive.sizeBytes)}</td>
      <td>
        <Time value={archive.archived} />
      </td>
      <td>{archive.verified ? <Time value={archive.verified} /> : <Badge tone="bad">not read back</Badge>}</td>
      <td>
        <code>{archive.location}</code>
      </td>
    </tr>
  );
}
