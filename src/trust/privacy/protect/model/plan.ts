import type { ColumnPlace, IndexKind, ProtectRequest } from '../types.ts';

/** What the database says of the column, as `describe_column` gives it. */
export interface ColumnDescription {
  readonly kind: string;
  readonly type: string;
  readonly is_required: boolean;
  readonly has_default: boolean;
  readonly is_generated: boolean;
  readonly is_tenants: boolean;
  readonly has_key: boolean;
  readonly indexes: readonly string[];
  readonly is_unique: boolean;
  readonly is_unique_alone: boolean;
  readonly dependents: readonly string[];
  readonly taken: readonly string[];
}

/** A column on its way from clear to sealed. */
export interface ProtectionPlan {
  /** Of the group and its migration. */
  readonly name: string;
  readonly place: ColumnPlace;
  readonly sealed: string;
  readonly index?: { readonly column: string; readonly kind: IndexKind; readonly isUnique: boolean };
  readonly purpose: string;
  /** No row may be without a value. */
  readonly isRequired: boolean;
  /** Go with the column in clear. */
  readonly indexes: readonly string[];
}

/** Types whose text form depends on nothing but the value. */
const sealable = /^(?:text|character\b.*|(?:.*\.)?citext|date|uuid|smallint|integer|bigint|numeric.*|inet|json|jsonb)$/;
const longestSlug = 55;

/** Lower case words joined by `_`. */
const worded = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');

/** The name of the change: the same for the same column, so that what was begun is found again. */
export const nameOf = ({ schema, table, column }: ColumnPlace): string =>
  worded(worded(`seal_${schema}_${table}_${column}`).slice(0, longestSlug));

export const namesOf = (column: string, { into = `${worded(column)}_sealed` }: ProtectRequest) => ({
  sealed: into,
  index: `${into}_index`,
});

/** The plan, or what is in its way with its remedy. */
export function planProtection(
  place: ColumnPlace,
  found: ColumnDescription,
  request: ProtectRequest,
): ProtectionPlan | { readonly problem: string; readonly remedy: string } {
  const refuse = (problem: string, remedy: string) => ({ problem, remedy });
  const { sealed, index } = namesOf(place.column, request);
  // Migrations except a constraint from their checks by a name that is one word.
  if (/\s/.test(`${place.table}${sealed}`))
    return refuse('the name of its table, or of the sealed column, has spaces', 'Rename it, or give --into');
  if (found.kind !== 'r') return refuse('its table is partitioned, or none', 'Only columns of plain tables are taken along by themselves');
  if (!found.is_tenants) return refuse('the table has no tenant_id uuid not null', 'Keys belong to tenants: add the column first');
  if (!found.has_key) return refuse('the table has no primary key besides tenant_id', 'A sealed value belongs to one row: add a key first');
  if (!sealable.test(found.type)) {
    return refuse(
      `it is ${found.type}, whose text is not the same in every session`,
      'Make it a text first (plinth migrate new retype-column)',
    );
  }
  if (found.is_generated) return refuse('it is computed', 'Encrypt what it is computed from');
  if (found.has_default) return refuse('it has a default, which a sealed column cannot have', 'Drop the default first');
  if (found.dependents.length > 0) return refuse(`${found.dependents.join(', ')} needs it`, 'Change or drop that first');
  if (found.is_unique && !request.index) {
    return refuse(
      'its values are unique, and sealed ones never equal',
      'Say by which form equal values are found: --index email, phone, text or exact',
    );
  }
  if (found.is_unique && !found.is_unique_alone) {
    return refuse('it is unique together with other columns', 'Make it unique by itself or within its tenant, or drop that key first');
  }
  if (found.taken.length > 0) return refuse(`the table has a column ${found.taken.join(', ')} already`, 'Name another with --into');
  return {
    name: nameOf(place),
    place,
    sealed,
    ...(request.index && { index: { column: index, kind: request.index, isUnique: found.is_unique_alone } }),
    purpose: request.purpose ?? 'personal',
    isRequired: found.is_required,
    indexes: found.indexes,
  };
}
