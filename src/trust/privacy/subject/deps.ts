import type { KeyObject } from 'node:crypto';
import type { Connect } from '../../../foundation/connect/index.ts';
import type { Holds } from '../../../foundation/partition/index.ts';
import type { Clock, Filled } from '../../../kernel/index.ts';
import type { Answers } from '../../audit/index.ts';
import type { TableCipher } from '../../crypto/index.ts';
import type { AuditSink, Tenancy } from '../../tenancy/index.ts';
import type { Registry } from '../model/types.ts';
import type { SealedAccess } from './sealed-columns.ts';
import type { SubjectStore } from './types.ts';

export interface SubjectDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly tenancy: Pick<Tenancy, 'find' | 'list'>;
  readonly registry: Pick<Registry, 'list'>;
  /** What was done with rows of people. */
  readonly trail: Pick<Answers, 'about'>;
  /** Durable when resolved. */
  readonly record: AuditSink['record'];
  /** Of `privacy.requests`, for one tenant: seals what people are found by, and hashes their names. */
  readonly cipher: (tenantId: string) => Promise<Pick<TableCipher, 'encryptRows' | 'decryptRows' | 'term'>>;
  /** Finds and opens people in sealed columns of any table. */
  readonly crypto: SealedAccess;
  readonly signingKey: () => Promise<KeyObject>;
  /** Everything that keeps data of people beyond tables, in the order of opening. */
  readonly stores: () => readonly Filled<SubjectStore>[];
  /** Who keeps legal holds; undefined where nobody does. */
  readonly holds: () => Holds | undefined;
  /** Up to this size with its indexes a table is rewritten after an erasure. */
  readonly rewriteMaxBytes: number;
  /** For locks, and for transactions that still may see what was erased. */
  readonly patienceMs: number;
}
