import type { SnapshotObject } from '../../snapshot/index.ts';
import type { PlanStatement } from '../types.ts';
import type { Sql } from './objects.ts';

/** In the order in which objects can mostly be made; where needs say nothing, it decides. */
export const ranks: readonly SnapshotObject['kind'][] = [
  'schema',
  'extension',
  'collation',
  'type',
  'domain',
  'foreign data wrapper',
  'server',
  'user mapping',
  'text search dictionary',
  'text search configuration',
  'sequence',
  'function',
  'procedure',
  'operator',
  'operator family',
  'operator class',
  'aggregate',
  'cast',
  'table',
  'foreign table',
  'constraint',
  'index',
  'statistics',
  'view',
  'materialized view',
  'trigger',
  'rule',
  'policy',
  'publication',
  'event trigger',
  'default privileges',
];
export const rankOf = ({ kind, body }: SnapshotObject) =>
  ranks.indexOf(kind) + (kind === 'constraint' && (body as { type?: string }).type === 'foreign key' ? 1.5 : 0);

export const statementOf = (identity: string, sql: Sql): PlanStatement =>
  typeof sql === 'string'
    ? { identity, sql, isDestructive: / drop column /.test(sql), isAlone: false }
    : { identity, sql: sql.alone, isDestructive: false, isAlone: true };
