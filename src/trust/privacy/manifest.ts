import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { Classification } from '../audit/index.ts';
import type { Privacy } from './model/types.ts';
import { type PrivacyOptions, privacyOptions } from './options.ts';
import { commands } from './surface/commands.ts';
import { routes } from './surface/routes.ts';

export const manifest: Manifest = {
  name: 'privacy',
  layer: 'trust',
  requires: ['connect', 'migrate', 'partition', 'tenancy', 'audit', 'crypto'],
  tiers: ['oltp'],
  options: privacyOptions,
  migrations: { name: 'privacy', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands,
  routes,
  async open({ clock, events, options, use }) {
    const { openPrivacy } = await import('./privacy.ts');
    return openPrivacy({ connect: use<Connect>('connect'), clock, events }, options as PrivacyOptions);
  },
  fills: { 'audit.Classification': (privacy: Privacy): Classification => privacy.auditLevels },
};
