import { useQuery } from '@tanstack/react-query';
import { tlsQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

const shown = {
  ours: ['good', 'the server shows the newest'],
  other: ['warn', 'the server shows another certificate'],
  plaintext: ['bad', 'the server speaks no TLS'],
  attached: ['plain', 'the server is run by others'],
} as const;

/** Certificates with the days they have left, and what the running server shows of them. */
export function Certificates() {
  const query = useQuery(tlsQuery);
  return (
    <div className="panels">
      <Panel title="Certificates" note="Renewed when less than a third of a life is left">
        <Answer query={query}>
          {({ server, certificates, revocations }) => {
            const [tone, text] = shown[server];
            return (
              <>
                <p>
                  <Badge tone={tone}>{text}</Badge>{' '}
                  {revocations && <span className="soft">{plural(revocations.count, 'certificate')} revoked</span>}
                </p>
                {certificates.length === 0 ? (
                  <Empty title="None was made yet">plinth access tls init</Empty>
                ) : (
                  <PlainTable label="Certificates" heads={['Of', 'Name', 'For', 'Ends', { text: 'Days left', align: 'end' }]}>
                    {certificates.map(({ kind, name, names, validUntil, daysLeft, isDue, fingerprint }) => (
                      <tr key={fingerprint}>
                        <td>{kind}</td>
                        <td className="mono">{name}</td>
                        <td className="soft">{names.join(', ')}</td>
                        <td>
                          <Time value={validUntil} />
                        </td>
                        <td data-align="end">{isDue ? <Badge tone={daysLeft < 0 ? 'bad' : 'warn'}>{daysLeft}</Badge> : daysLeft}</td>
                      </tr>
                    ))}
                  </PlainTable>
                )}
              </>
            );
          }}
        </Answer>
      </Panel>
    </div>
  );
}
