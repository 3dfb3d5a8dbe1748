import type { ColumnType } from '../vocabulary.ts';

/** `numeric(10, 2)[]`. */
export function spelled({ name, modifiers, isArray }: ColumnType): string {
  return `${name}${modifiers.length > 0 ? `(${modifiers.join(', ')})` : ''}${isArray ? '[]' : ''}`;
}

/**
 * What ALTER COLUMN … TYPE costs: `none` the same type, `safe` the catalog only, `rewrite` the table or a scan of it.
 * `isUtc`: the session's time zone is, so timestamps keep their bytes.
 * As PostgreSQL decides it: a cast that keeps the bytes and cannot fail needs no rewrite.
 */
export function judgeTypeChange(from: ColumnType | undefined, to: ColumnType, isUtc = false): 'none' | 'safe' | 'rewrite' | 'unknown' {
  if (!from || from.name === '') return 'unknown';
  if (spelled(from) === spelled(to)) return 'none';
  if (from.isArray !== to.isArray) return 'rewrite';
  if (to.name === 'text' && (from.name === 'varchar' || from.name === 'text')) return 'safe';
  if (to.name === 'varchar' && to.modifiers.length === 0 && (from.name === 'text' || from.name === 'varchar')) return 'safe';
  if (to.name === 'inet' && from.name === 'cidr') return 'safe';
  if (isUtc && timestamps.includes(from.name) && timestamps.includes(to.name)) return isPrecise(from, to) ? 'safe' : 'rewrite';
  if (from.name !== to.name) return 'rewrite';
  switch (to.name) {
    case 'varchar':
    case 'varbit':
      return isWider(from.modifiers[0], to.modifiers[0]) ? 'safe' : 'rewrite';
    case 'numeric':
      return isWider(from.modifiers[0], to.modifiers[0]) &&
        (to.modifiers.length === 0 || (from.modifiers[1] ?? 0) === (to.modifiers[1] ?? 0))
        ? 'safe'
        : 'rewrite';
    case 'timestamp':
    case 'timestamptz':
    case 'time':
    case 'timetz':
      return isPrecise(from, to) ? 'safe' : 'rewrite';
    case 'interval':
      return isFinerInterval(from.modifiers, to.modifiers) ? 'safe' : 'rewrite';
    default:
      return 'rewrite';
  }
}

const timestamps = ['timestamp', 'timestamptz'];
const isPrecise = (from: ColumnType, to: ColumnType) => isWider(from.modifiers[0], to.modifiers[0]) || (to.modifiers[0] ?? 6) >= 6;

/** A limit that is gone or greater. */
const isWider = (from: number | undefined, to: number | undefined) => to === undefined || (from !== undefined && to >= from);

// `interval(3)` comes as the mask of all fields and the precision; other masks keep other fields.
const allFields = 0x7fff;
function isFinerInterval(
  [fromMask = allFields, fromPrecision]: readonly number[],
  [toMask = allFields, toPrecision]: readonly number[],
): boolean {
  return (toMask === allFields || toMask === fromMask) && isWider(fromPrecision, toPrecision);
}
