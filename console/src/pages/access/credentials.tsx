import { useQuery } from '@tanstack/react-query';
import { credentialsQuery } from '../../api/queries.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Services } from './services.tsx';

/** Which passwords were given when; the secrets are nowhere. */
export function Credentials() {
  const query = useQuery(credentialsQuery);
  return (
    <div className="panels">
      <Services />
      <Panel title="Passwords that were given" note="Newest first">
        <Answer query={query}>
          {({ credentials }) =>
            credentials.length === 0 ? (
              <Empty title="None was given yet">plinth access password &lt;role&gt;</Empty>
            ) : (
              <PlainTable label="Passwords" heads={['Role', 'Purpose', 'Fingerprint', 'Given', 'Ends', 'Replaced']}>
                {credentials.map((credential) => (
                  <tr key={`${credential.role} ${credential.created}`}>
                    <td className="mono">{credential.role}</td>
                    <td>{credential.purpose}</td>
                    <td className="mono soft">{credential.fingerprint}</td>
                    <td>
                      <Time value={credential.created} />
                    </td>
                    <td>
                      <Time value={credential.expires} />
                    </td>
                    <td>{credential.retired ? <Time value={credential.retired} /> : <span className="faint">in use</span>}</td>
                  </tr>
                ))}
              </PlainTable>
            )
          }
        </Answer>
      </Panel>
    </div>
  );
}
