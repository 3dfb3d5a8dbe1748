import { manifest as content } from '../data/content/manifest.ts';
import { manifest as queue } from '../data/queue/manifest.ts';
import { manifest as schedule } from '../data/schedule/manifest.ts';
import { manifest as cluster } from '../foundation/cluster/manifest.ts';
import { manifest as connect } from '../foundation/connect/manifest.ts';
import { manifest as migrate } from '../foundation/migrate/manifest.ts';
import { manifest as partition } from '../foundation/partition/manifest.ts';
import type { Manifest } from '../kernel/index.ts';
import { manifest as console } from '../serve/console/manifest.ts';
import { manifest as http } from '../serve/http/manifest.ts';
import { manifest as access } from '../trust/access/manifest.ts';
import { manifest as audit } from '../trust/audit/manifest.ts';
import { manifest as crypto } from '../trust/crypto/manifest.ts';
import { manifest as privacy } from '../trust/privacy/manifest.ts';
import { manifest as tenancy } from '../trust/tenancy/manifest.ts';

/** Every capability that ships. */
export const capabilities: readonly Manifest[] = [
  cluster,
  connect,
  migrate,
  partition,
  access,
  tenancy,
  audit,
  crypto,
  privacy,
  queue,
  schedule,
  content,
  http,
  console,
];
