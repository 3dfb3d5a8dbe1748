import type { Manifest } from '../../kernel/index.ts';
import { type PrivacyOptions, privacyOptions } from './options.ts';

export const manifest: Manifest = {
  name: 'privacy',
  layer: 'trust',
  requires: ['connect', 'migrate', 'partition', 'tenancy', 'audit', 'crypto'],
  tiers: [],
  options: privacyOptions,
  async open({ clock, log, options }) {
    const { openPrivacy } = await import('./privacy.ts');
    return openPrivacy({ clock, log }, options as PrivacyOptions);
  },
};
