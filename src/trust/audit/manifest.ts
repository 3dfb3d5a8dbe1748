import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { Tenancy } from '../tenancy/index.ts';
import { anomaliesCommands, anomaliesRoutes } from './anomalies/surface.ts';
import { answersCommands, answersRoutes } from './answers/surface.ts';
import type { Audit, Classification } from './model/types.ts';
import { type AuditOptions, auditOptions } from './options.ts';
import { reportsCommands } from './reports/surface.ts';
import { commands } from './surface/commands.ts';
import { routes } from './surface/routes.ts';

const load = () => import('./audit.ts');

export const manifest: Manifest = {
  name: 'audit',
  layer: 'trust',
  requires: ['connect', 'migrate', 'partition', 'access', 'tenancy'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: auditOptions,
  migrations: { name: 'audit', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands: [...commands, ...answersCommands, ...anomaliesCommands, ...reportsCommands],
  routes: [...routes, ...answersRoutes, ...anomaliesRoutes],
  load,
  async open({ clock, log, events, dataDir, options, use, slot }) {
    const { openAudit } = await load();
    const deps = {
      connect: use<Connect>('connect'),
      tenancy: use<Tenancy>('tenancy'),
      clock,
      log,
      events,
      dataDir,
      classification: slot<Classification>('audit.Classification'),
    };
    return openAudit(deps, options as AuditOptions);
  },
  fills: {
    'connect.StatementWatch': (audit: Audit) => audit.reads.watch,
    'tenancy.AuditSink': (audit: Audit) => audit.sink,
    'partition.BeforeDetach': (audit: Audit) => audit.chain.beforeDetach,
    'tenancy.IsolationProbe': (audit: Audit) => audit.isolationProbe,
    'tenancy.TenantData': (audit: Audit) => audit.tenantData,
  },
  services: (audit: Audit) => audit.services,
};
