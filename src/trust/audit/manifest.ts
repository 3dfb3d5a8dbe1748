import type { Manifest } from '../../kernel/index.ts';
import { type AuditOptions, auditOptions } from './options.ts';

export const manifest: Manifest = {
  name: 'audit',
  layer: 'trust',
  requires: ['connect', 'partition', 'access', 'tenancy'],
  tiers: [],
  options: auditOptions,
  async open({ clock, log, options }) {
    const { openAudit } = await import('./audit.ts');
    return openAudit({ clock, log }, options as AuditOptions);
  },
};
