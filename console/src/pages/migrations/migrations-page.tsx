import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { migrationsQuery, placedTenantsQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Applied } from './applied.tsx';
import { DataChanges } from './data-changes.tsx';
import { Diagram } from './diagram.tsx';
import { Drift } from './drift.tsx';
import { History } from './history.tsx';
import { migrationTone } from './migration-tone.ts';
import { PlacedTenants } from './placed-tenants.tsx';
import { Plan } from './plan.tsx';

const route = getRouteApi('/shell/migrations');

const views: Readonly<Record<string, { readonly text: string; readonly show: () => ReactNode }>> = {
  applied: { text: 'Applied', show: () => <Applied /> },
  plan: { text: 'Plan', show: () => <Plan /> },
  history: { text: 'History', show: () => <History /> },
  data: { text: 'Data changes', show: () => <DataChanges /> },
  drift: { text: 'Drift', show: () => <Drift /> },
  diagram: { text: 'Diagram', show: () => <Diagram /> },
  tenants: { text: 'Placed tenants', show: () => <PlacedTenants /> },
};

export function MigrationsPage() {
  const { view = 'applied' } = route.useSearch();
  const query = useQuery(migrationsQuery);
  const placed = useQuery(placedTenantsQuery);
  // Most platforms have none.
  const hasPlaced = view === 'tenants' || (placed.data?.tenants.length ?? 0) > 0;
  const shown = Object.entries(views).filter(([id]) => id !== 'tenants' || hasPlaced);
  const open = query.data?.migrations.filter((migration) => migrationTone(migration.state) !== 'good').length;
  return (
    <Page
      title="Migrations"
      isFilled
      lead="How every object came into the databases."
      aside={
        open !== undefined &&
        (open === 0 ? <Badge tone="good">all applied</Badge> : <Badge tone="warn">{plural(open, 'migration')} open</Badge>)
      }
    >
      <Tabs label="Views of migrations" current={view} tabs={shown.map(([id, { text }]) => ({ id, text }))} />
      {(views[view] ?? views.applied)?.show()}
    </Page>
  );
}
