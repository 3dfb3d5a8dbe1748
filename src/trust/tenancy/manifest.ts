import type { Cluster, TenantDirectory } from '../../foundation/cluster/index.ts';
import type { Connect } from '../../foundation/connect/index.ts';
import type { Migrate } from '../../foundation/migrate/index.ts';
import type { Holds } from '../../foundation/partition/index.ts';
import type { Manifest, Tier } from '../../kernel/index.ts';
import type { Access } from '../access/index.ts';
import type { TenantMeasure } from './metering/index.ts';
import type { AuditSink } from './model/audit-sink.ts';
import type { IsolationProbe } from './model/isolation-probe.ts';
import type { Masker } from './model/masker.ts';
import type { TenantData } from './model/tenant-data.ts';
import type { Tenancy } from './model/types.ts';
import { type TenancyOptions, tenancyOptions } from './options.ts';
import type { TenantPolicies, TenantSettings } from './settings/index.ts';
import { commands, routes } from './surface/index.ts';

const load = () => import('./tenancy.ts');

export const manifest: Manifest = {
  name: 'tenancy',
  layer: 'trust',
  requires: ['cluster', 'connect', 'migrate', 'partition', 'access'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: tenancyOptions,
  migrations: { name: 'tenancy', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands,
  routes,
  load,
  async open({ clock, log, events, dataDir, options, manifests, use, slot, slots }) {
    const { openTenancy } = await load();
    const connect = use<Connect>('connect');
    const filled = {
      data: slots<TenantData>('tenancy.TenantData'),
      holds: slot<Holds>('partition.Holds'),
      audit: slot<AuditSink>('tenancy.AuditSink'),
      measures: () => slots<readonly TenantMeasure[]>('tenancy.TenantMeasures')().flatMap(({ value }) => value),
      masker: slot<Masker>('tenancy.Masker'),
      probes: slots<IsolationProbe>('tenancy.IsolationProbe'),
      // It is the handlers who ask for capabilities, each for what its own requires.
      routes: { manifests, use },
      settings: () => slots<TenantSettings>('tenancy.TenantSettings')().map(({ value }) => value),
      policies: () => slots<TenantPolicies>('tenancy.TenantPolicies')().map(({ value }) => value),
    };
    const cluster = use<Cluster>('cluster');
    const placing = {
      endpoint: (tier: Tier) => cluster.endpoint(tier),
      access: use<Access>('access'),
      migrate: use<Migrate>('migrate'),
    };
    const known = slots<TenantDirectory>('cluster.TenantDirectory');
    const directories = () => known().flatMap(({ by, value }) => (by === 'tenancy' ? [] : [value]));
    const tenancy = await openTenancy({ connect, clock, log, events, dataDir, placing, directories, ...filled }, options as TenancyOptions);
    // Commands work for tenants as well; disposing stops it.
    tenancy.usageWriting.start();
    return tenancy;
  },
  fills: {
    'connect.SessionContext': (tenancy: Tenancy) => tenancy.sessionContext,
    'cluster.TenantDirectory': (tenancy: Tenancy) => tenancy.directory,
  },
  services: (tenancy: Tenancy) => [
    tenancy.keyWatch,
    tenancy.limitsWatch,
    tenancy.flagWatch,
    tenancy.measureReading,
    tenancy.placementWatch,
    tenancy.placedUpkeep,
  ],
};
