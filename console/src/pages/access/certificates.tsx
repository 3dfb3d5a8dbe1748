import { useQuery } from '@tanstack/react-query';
import type { TlsStatus } from '../../../../src/trust/access/index.ts';
import type { Json } from '../../api/json.ts';
import { tlsQuery } from '../../api/queries.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

const servers: Readonly<Record<TlsStatus['server'], readonly [Tone, string]>> = {
  ours: ['good', 'the server shows the newest'],
  other: ['warn', 'the server shows another one'],
  plaintext: ['bad', 'the server speaks no TLS'],
  attached: ['plain', 'the server is run by others'],
};

/** What this platform proves itself with, and how long still. */
export function Certificates() {
  const query = useQuery(tlsQuery);
  return (
    <div className="panels">
      <Answer query={query}>
        {({ certificates, revocations, server }) => {
          const [tone, text] = servers[server];
          return (
            <Panel
              title="Certificates"
              note={revocations && `${plural(revocations.count, 'certificate')} revoked`}
              aside={<Badge tone={tone}>{text}</Badge>}
            >
              {certificates.length === 0 ? (
                <Empty title="There are none yet">plinth access tls init</Empty>
              ) : (
                <PlainTable label="Certificates" heads={['Kind', 'Name', 'Good for', 'Made', 'Ends', 'Left']}>
                  {certificates.map((certificate) => (
                    <tr key={certificate.fingerprint}>
                      <td>{certificate.kind}</td>
                      <td className="mono">{certificate.name}</td>
                      <td className="soft">{certificate.names.join(', ')}</td>
                      <td>
                        <Time value={certificate.validFrom} />
                      </td>
                      <td>
                        <Time value={certificate.validUntil} />
                      </td>
                      <td>
                        <DaysLeft certificate={certificate} />
                      </td>
                    </tr>
                  ))}
                </PlainTable>
              )}
            </Panel>
          );
        }}
      </Answer>
    </div>
  );
}

function DaysLeft({ certificate: { daysLeft, isDue } }: { certificate: Json<TlsStatus>['certificates'][number] }) {
  if (daysLeft <= 0) return <Badge tone="bad">ended</Badge>;
  return <Badge tone={isDue ? 'warn' : 'good'}>{plural(daysLeft, 'day')}</Badge>;
}
