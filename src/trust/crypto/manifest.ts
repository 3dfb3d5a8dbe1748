import type { Manifest } from '../../kernel/index.ts';
import { type CryptoOptions, cryptoOptions } from './options.ts';

export const manifest: Manifest = {
  name: 'crypto',
  layer: 'trust',
  requires: ['connect', 'migrate', 'tenancy', 'audit'],
  tiers: [],
  options: cryptoOptions,
  async open({ clock, log, options }) {
    const { openCrypto } = await import('./crypto.ts');
    return openCrypto({ clock, log }, options as CryptoOptions);
  },
};
