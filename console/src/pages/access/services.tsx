import { useQuery } from '@tanstack/react-query';
import { servicesQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

const phases = { none: undefined, making: 'a second login is being made', leaving: 'the login before still works' } as const;

/** Which login each service of the platform uses, and whether a rotation is under way. */
export function Services() {
  const query = useQuery(servicesQuery);
  return (
    <Panel title="Logins of the platform" note="plinth access rotate app">
      <Answer query={query}>
        {({ services }) => (
          <PlainTable label="Logins of the platform" heads={['Service', 'Login', 'Password', 'Ends', 'Rotation']}>
            {services.map(({ service, login, phase, isGiven, expires }) => (
              <tr key={service}>
                <td>{service}</td>
                <td className="mono">{login}</td>
                <td>{isGiven ? 'from the configuration' : 'kept in the data folder'}</td>
                <td>{expires ? <Time value={expires} /> : <Badge tone="warn">no end</Badge>}</td>
                <td>{phases[phase] ? <Badge tone="warn">{phases[phase]}</Badge> : <span className="faint">none</span>}</td>
              </tr>
            ))}
          </PlainTable>
        )}
      </Answer>
    </Panel>
  );
}
