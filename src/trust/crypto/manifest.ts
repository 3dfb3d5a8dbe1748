import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { AuditSink, Tenancy } from '../tenancy/index.ts';
import type { KeySource } from './keys/index.ts';
import type { Crypto } from './model/types.ts';
import { type CryptoOptions, cryptoOptions } from './options.ts';
import { commands } from './surface/commands.ts';
import { routes } from './surface/routes.ts';

const load = () => import('./crypto.ts');

export const manifest: Manifest = {
  name: 'crypto',
  layer: 'trust',
  requires: ['connect', 'migrate', 'tenancy', 'audit'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: cryptoOptions,
  migrations: { name: 'crypto', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands,
  routes,
  load,
  async open({ clock, log, events, dataDir, options, manifests, use, slot }) {
    const { openCrypto } = await load();
    const keySource = manifests.some(({ fills }) => fills?.['crypto.KeySource']) && { keySource: slot<KeySource>('crypto.KeySource') };
    const audit = slot<AuditSink>('tenancy.AuditSink');
    const [connect, tenancy] = [use<Connect>('connect'), use<Tenancy>('tenancy')];
    return openCrypto({ connect, tenancy, clock, log, events, dataDir, audit, ...keySource }, options as CryptoOptions);
  },
  fills: { 'tenancy.TenantData': (crypto: Crypto) => crypto.tenantData },
};
