import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { accessChecksQuery, accessMatrixQuery, accessRolesQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Certificates } from './certificates.tsx';
import { Checks } from './checks.tsx';
import { Credentials } from './credentials.tsx';
import { MatrixTable } from './matrix.tsx';
import { Roles } from './roles.tsx';

const route = getRouteApi('/shell/access');

export function AccessPage() {
  const { view = 'checks' } = route.useSearch();
  const checks = useQuery(accessChecksQuery);
  const matrix = useQuery({ ...accessMatrixQuery, enabled: view === 'matrix' });
  const roles = useQuery(accessRolesQuery);
  const failed = checks.data?.checks.filter(({ verdict }) => verdict === 'fail').length;
  return (
    <Page
      title="Access"
      isFilled
      lead="Who may connect, as whom, over what; compared with the model."
      aside={
        failed !== undefined &&
        (failed === 0 ? <Badge tone="good">nothing differs</Badge> : <Badge tone="bad">{plural(failed, 'check')} failed</Badge>)
      }
    >
      <Tabs
        label="Views"
        current={view}
        tabs={[
          { id: 'checks', text: 'Checks', ...(checks.data && { count: checks.data.checks.length }) },
          { id: 'matrix', text: 'Privileges', ...(matrix.data && { count: matrix.data.objects.length }) },
          { id: 'roles', text: 'Roles', ...(roles.data && { count: roles.data.roles.length }) },
          { id: 'credentials', text: 'Passwords' },
          { id: 'certificates', text: 'Certificates' },
        ]}
      />
      {view === 'matrix' ? (
        <Answer query={matrix} lines={10}>
          {(data) => <MatrixTable matrix={data} />}
        </Answer>
      ) : view === 'roles' ? (
        <Answer query={roles} lines={10}>
          {(data) => <Roles roles={data.roles} />}
        </Answer>
      ) : view === 'credentials' ? (
        <Credentials />
      ) : view === 'certificates' ? (
        <Certificates />
      ) : (
        <Answer query={checks} lines={10}>
          {(data) => <Checks report={data} />}
        </Answer>
      )}
    </Page>
  );
}
