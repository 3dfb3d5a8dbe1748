import { useMutation, useQuery } from '@tanstack/react-query';
import type { Verification } from '../../../../src/trust/audit/index.ts';
import { request } from '../../api/client.ts';
import type { Json } from '../../api/json.ts';
import { chainQuery, sessionQuery } from '../../api/queries.ts';
import { Badge, TierName } from '../../parts/badge.tsx';
import { formatCount, formatMs, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Problem } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

/** What is sealed, and the proof that it is as it was. */
export function Chain() {
  const query = useQuery(chainQuery);
  const role = useQuery(sessionQuery).data?.account?.role;
  return (
    <div className="panels">
      <Answer query={query} lines={5}>
        {({ chain }) => (
          <Panel
            title="Sealed"
            note="Each block holds the hash of its events and of the block before; the last of each month is anchored outside the database"
          >
            <PlainTable
              label="Chains"
              heads={[
                'Tier',
                { text: 'Blocks', align: 'end' },
                { text: 'Events sealed', align: 'end' },
                { text: 'Not yet', align: 'end' },
                'Last sealed',
              ]}
            >
              {chain.map((one) => (
                <tr key={one.tier}>
                  <td>
                    <TierName tier={one.tier} />
                  </td>
                  <td data-align="end">{formatCount(one.blocks)}</td>
                  <td data-align="end">{formatCount(one.sealedEvents)}</td>
                  <td data-align="end">{formatCount(one.unsealedEvents)}</td>
                  <td>{one.sealed ? <Time value={one.sealed} /> : <span className="faint">never</span>}</td>
                </tr>
              ))}
            </PlainTable>
          </Panel>
        )}
      </Answer>
      {(role === 'operator' || role === 'admin') && <Proof />}
    </div>
  );
}

/** Reads the whole trail: only when somebody asks. */
function Proof() {
  const verify = useMutation({ mutationFn: () => request<Json<Verification>>('/audit/chain/verify', { method: 'POST' }) });
  const { data } = verify;
  return (
    <Panel
      title="Proof"
      note={data && `${plural(data.anchoredHeads, 'anchored head')} compared, ${formatMs(data.durationMs)}`}
      aside={
        data &&
        (data.findings.length === 0 ? (
          <Badge tone="good">whole</Badge>
        ) : (
          <Badge tone="bad">{plural(data.findings.length, 'finding')}</Badge>
        ))
      }
    >
      <div className="audit-evidence">
        {verify.error && <Problem error={verify.error} />}
        <p className="faint">
          Reads every event and compares it with its block, and the blocks with their anchors. The same as <code>plinth audit verify</code>.
        </p>
        <p>
          <button type="button" className="button" disabled={verify.isPending} onClick={() => verify.mutate()}>
            {verify.isPending ? 'Verifying' : 'Verify now'}
          </button>
        </p>
      </div>
      {data && data.findings.length > 0 && (
        <PlainTable
          label="Findings"
          heads={['Tier', 'What', 'Month', { text: 'Block', align: 'end' }, { text: 'Event', align: 'end' }, 'Detail']}
        >
          {data.findings.map((finding, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: findings have no identity and do not move
            <tr key={i}>
              <td>
                <TierName tier={finding.tier} />
              </td>
              <td>
                <Badge tone="bad">{finding.what}</Badge>
              </td>
              <td>{finding.stream?.slice(0, 7)}</td>
              <td data-align="end">{formatCount(finding.number)}</td>
              <td data-align="end">{finding.eventId}</td>
              <td className="wrap">{finding.detail}</td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Panel>
  );
}
