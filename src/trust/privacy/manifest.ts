import type { Connect } from '../../foundation/connect/index.ts';
import type { Migrate } from '../../foundation/migrate/index.ts';
import type { Holds } from '../../foundation/partition/index.ts';
import type { Manifest } from '../../kernel/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Crypto } from '../crypto/index.ts';
import type { Tenancy } from '../tenancy/index.ts';
import type { Privacy } from './model/types.ts';
import { type PrivacyOptions, privacyOptions } from './options.ts';
import type { PrivacyDeps } from './privacy.ts';
import { retentionPolicies } from './retention/model/policies.ts';
import type { SubjectStore } from './subject/index.ts';
import { commands, routes } from './surface/index.ts';

const load = () => import('./privacy.ts');

export const manifest: Manifest = {
  name: 'privacy',
  layer: 'trust',
  requires: ['connect', 'migrate', 'partition', 'tenancy', 'audit', 'crypto'],
  tiers: ['oltp', 'content', 'queue', 'olap'],
  options: privacyOptions,
  migrations: { name: 'privacy', dir: `${import.meta.dirname}/sql`, layout: 'capability', tiers: ['oltp'] },
  commands,
  routes,
  load,
  async open({ clock, events, options, use, dataDir, manifests, slot, slots }) {
    const { openPrivacy } = await load();
    const deps: PrivacyDeps = {
      connect: use<Connect>('connect'),
      migrate: use<Migrate>('migrate'),
      clock,
      events,
      tenancy: use<Tenancy>('tenancy'),
      crypto: use<Crypto>('crypto'),
      audit: use<Audit>('audit'),
      dataDir,
      platformSchemas: manifests.flatMap(({ layer, name }) => (layer === 'product' ? [] : [name])),
      subjectStores: slots<SubjectStore>('privacy.SubjectStore'),
      holds: slot<Holds>('partition.Holds'),
    };
    return openPrivacy(deps, options as PrivacyOptions);
  },
  fills: {
    'audit.Classification': (privacy: Privacy) => privacy.auditClassification,
    'tenancy.TenantPolicies': () => retentionPolicies,
    'tenancy.Masker': (privacy: Privacy) => privacy.masker,
  },
};
