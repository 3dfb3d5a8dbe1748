import { namesIn, type Tree, textIn } from '../../parse/index.ts';
import { kindIn, tableOf, written } from '../vocabulary.ts';
import type { Constraint } from './schema.ts';

const kinds: Readonly<Record<string, Constraint['kind']>> = {
  CONSTR_PRIMARY: 'primary',
  CONSTR_UNIQUE: 'unique',
  CONSTR_FOREIGN: 'foreign',
  CONSTR_CHECK: 'check',
  CONSTR_EXCLUSION: 'exclusion',
  CONSTR_NOTNULL: 'not null',
};

/**
 * A Constraint node as what it makes; undefined for DEFAULT, GENERATED and the like, which are none. `column` is the one
 * within which it is written.
 */
export function constraintOf(node: Tree, table: string, column?: Tree): Constraint | undefined {
  const kind = kinds[textIn(node, 'contype') ?? ''];
  if (!kind) return undefined;
  const own = column && [textIn(column, 'colname') ?? ''];
  const excluded = () => kindIn(node.exclusions, 'List').map(({ items }) => textIn(kindIn(items, 'IndexElem')[0] ?? {}, 'name') ?? '');
  const columns = own ?? (kind === 'exclusion' ? excluded() : namesIn(kind === 'foreign' ? node.fk_attrs : node.keys));
  const name = textIn(node, 'conname');
  const usingIndex = textIn(node, 'indexname');
  return {
    name: name ?? usingIndex ?? inventedName(kind, table, columns),
    isNamed: name !== undefined || usingIndex !== undefined,
    kind,
    columns,
    isValid: node.skip_validation !== true,
    // The parser says it of checks and keys only, and leaves it out where it is not so.
    isEnforced: node.is_enforced === true || (kind !== 'foreign' && kind !== 'check'),
    node,
    ...(node.pktable !== undefined && { references: tableOf(node.pktable), isCascading: node.fk_del_action === 'c' }),
    ...(kind === 'check' && { expression: node.raw_expr }),
    ...(usingIndex !== undefined && { usingIndex: written(usingIndex) }),
    ...(node.without_overlaps === true || node.fk_with_period === true ? { hasPeriod: true } : {}),
  };
}

/** What the server would call it. */
function inventedName(kind: Constraint['kind'], table: string, columns: readonly string[]): string {
  const base = table.slice(table.lastIndexOf('.') + 1).replaceAll('"', '');
  const suffix = { primary: 'pkey', unique: 'key', foreign: 'fkey', check: 'check', exclusion: 'excl', 'not null': 'not_null' }[kind];
  return [base, ...(kind === 'primary' ? [] : columns), suffix].join('_');
}
