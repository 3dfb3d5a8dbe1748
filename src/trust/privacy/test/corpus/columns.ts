import type { Category } from '../../model/categories.ts';
import type { ValueClass } from '../../model/types.ts';
import { kinds } from './personal.ts';
import { Random } from './random.ts';
import { traps } from './traps.ts';

export interface LabelledColumn {
  readonly what: string;
  readonly table: string;
  readonly column: string;
  readonly holds: ValueClass;
  readonly label: Category | 'none';
  readonly values: readonly (string | null)[];
}

const rowCount = 60;
const neutral = 'field_a';

/** Columns with values: each kind under a name that says nothing and under others, then the traps. A tenth of the rows is empty. */
export function labelledColumns(seed: number): readonly LabelledColumn[] {
  const random = new Random(seed);
  const column = (draw: (row: number) => string) =>
    Array.from({ length: rowCount }, (_, row) => (random.next() < 0.1 ? null : draw(row + 1)));
  const personal = kinds.flatMap((kind, number) =>
    [...(kind.needsName ? [] : [neutral]), ...kind.names].map((name): LabelledColumn => {
      const values = column(() => kind.draw(random));
      const holds = values.some((value) => value?.startsWith('{')) ? 'json' : 'text';
      return { what: `${name} of ${kind.label} ${number}`, table: 'records', column: name, holds, label: kind.label, values };
    }),
  );
  const misleading = traps.map(
    ({ column: name, table = 'records', holds = 'text', like, draw }): LabelledColumn => ({
      what: `${table}.${name}, like ${like}`,
      table,
      column: name,
      holds,
      label: 'none',
      values: column((row) => draw(random, row)),
    }),
  );
  return [...personal, ...misleading];
}
