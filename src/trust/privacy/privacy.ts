import type { Connect } from '../../foundation/connect/index.ts';
import type { Migrate } from '../../foundation/migrate/index.ts';
import type { Holds } from '../../foundation/partition/index.ts';
import type { Clock, EventBus, Filled } from '../../kernel/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Crypto } from '../crypto/index.ts';
import { type AuditEntry, signingKey, type Tenancy } from '../tenancy/index.ts';
import { openAnonymizer, openMasker } from './anonymize/index.ts';
import { auditClassification } from './audit-classification.ts';
import { openMasking } from './masking/index.ts';
import type { Privacy } from './model/types.ts';
import type { PrivacyOptions } from './options.ts';
import { openProtection } from './protect/index.ts';
import { recordsOf } from './records.ts';
import { openRegistry } from './registry.ts';
import { openRetention } from './retention/index.ts';
import { openScanner } from './scanner.ts';
import { openSubjects, type SubjectStore } from './subject/index.ts';

export interface PrivacyDeps {
  readonly connect: Connect;
  readonly migrate: Pick<Migrate, 'groups' | 'status'>;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly tenancy: Pick<Tenancy, 'find' | 'list' | 'policiesOfAll'>;
  readonly crypto: Pick<Crypto, 'columns' | 'keys' | 'sealing' | 'table'>;
  readonly audit: Pick<Audit, 'answers' | 'record' | 'refresh'>;
  /** Absolute; holds the key that signs certificates. */
  readonly dataDir: string;
  /** Schemas of the platform's own capabilities. */
  readonly platformSchemas: readonly string[];
  readonly subjectStores: () => readonly Filled<SubjectStore>[];
  readonly holds: () => Holds | undefined;
}

// For locks, and for transactions that still may see what was erased.
const patienceMs = 5 * 60_000;

/** Opens privacy on an up-to-date schema. */
export async function openPrivacy(deps: PrivacyDeps, options: PrivacyOptions): Promise<Privacy> {
  const { connect, clock, events, crypto, migrate, platformSchemas, holds } = deps;
  const changed = () => deps.audit.refresh();
  const record = (entry: AuditEntry) => deps.audit.record(entry);
  const key = () => signingKey(deps.dataDir);
  const registry = openRegistry({ connect, events, changed });
  const scanner = openScanner({ connect, clock, events, registry, changed }, options);
  const { rewriteMaxBytes } = options;
  return {
    ...scanner,
    registry,
    subjects: openSubjects({
      connect,
      clock,
      registry,
      tenancy: deps.tenancy,
      cipher: (tenantId) => crypto.table({ tenantId, table: 'privacy.requests', tier: 'oltp' }),
      crypto,
      trail: deps.audit.answers,
      record,
      signingKey: key,
      stores: deps.subjectStores,
      holds,
      rewriteMaxBytes,
      patienceMs,
    }),
    masking: openMasking({ connect, registry, platformSchemas }),
    masker: openMasker({ connect, registry, platformSchemas, check: () => scanner.check() }),
    anonymizer: openAnonymizer({ connect, registry, platformSchemas, clock }),
    protection: openProtection({
      connect,
      clock,
      registry,
      sealing: crypto.sealing,
      migrate,
      record,
      platformSchemas,
      rewriteMaxBytes,
      patienceMs,
    }),
    retention: openRetention({
      connect,
      clock,
      registry,
      record,
      signingKey: key,
      policies: () => deps.tenancy.policiesOfAll('privacy.retention'),
      holds,
    }),
    records: recordsOf(connect, scanner.map),
    auditClassification: auditClassification(registry),
    async [Symbol.asyncDispose]() {},
  };
}
