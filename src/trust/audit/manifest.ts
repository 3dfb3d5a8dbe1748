import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { TenantData } from '../tenancy/index.ts';
import type { Audit, Classification } from './model/types.ts';
import { type AuditOptions, auditOptions } from './options.ts';
import { commands } from './surface/commands.ts';
import { routes } from './surface/routes.ts';

export const manifest: Manifest = {
  name: 'audit',
  layer: 'trust',
  requires: ['connect', 'partition', 'access', 'tenancy'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: auditOptions,
  migrations: { name: 'audit', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands,
  routes,
  async open({ clock, log, events, dataDir, options, use, slot }) {
    const { openAudit } = await import('./audit.ts');
    const deps = {
      connect: use<Connect>('connect'),
      clock,
      log,
      events,
      dataDir,
      classification: slot<Classification>('audit.Classification'),
    };
    return openAudit(deps, options as AuditOptions);
  },
  fills: {
    'tenancy.AuditSink': (audit: Audit) => audit.sink,
    'partition.BeforeDetach': (audit: Audit) => audit.chain.beforeDetach,
    // The trail tells of a tenant, and is not the tenant's: it neither moves with it nor goes with it.
    'tenancy.TenantData': (): TenantData => ({ schemas: ['audit'] }),
  },
  services: (audit: Audit) => audit.services,
};
